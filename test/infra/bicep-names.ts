import { type Check, files } from "./bicep-project.ts";
import { shapeOf } from "./bicep-shape.ts";
import { shown } from "./bicep-value.ts";

interface Limit {
  readonly longest: number;
  readonly letters: string;
}
const words = "lower upper digit";

/** "Naming rules and restrictions for Azure resources" (Azure Resource Manager documentation). */
const limits: Readonly<Record<string, Limit>> = {
  "Microsoft.ContainerRegistry/registries": { longest: 50, letters: words },
  "Microsoft.EventGrid/systemTopics": { longest: 50, letters: `${words} -` },
  "Microsoft.EventGrid/topics": { longest: 50, letters: `${words} -` },
  "Microsoft.KeyVault/vaults": { longest: 24, letters: `${words} -` },
  "Microsoft.ManagedIdentity/userAssignedIdentities": { longest: 128, letters: `${words} -` },
  "Microsoft.Network/virtualNetworks": { longest: 64, letters: `${words} - other` },
  "Microsoft.OperationalInsights/workspaces": { longest: 63, letters: `${words} -` },
  "Microsoft.Resources/resourceGroups": { longest: 90, letters: `${words} - other` },
  "Microsoft.Storage/storageAccounts": { longest: 24, letters: "lower digit" },
  "Microsoft.Web/serverfarms": { longest: 60, letters: `${words} -` },
  // 60 by the rules; of longer ones the host compares 32 letters ("App Service host ID collisions").
  "Microsoft.Web/sites": { longest: 60, letters: `${words} -` },
};

/** The longest name that the expressions can give fits, and so do its letters. */
export const namesFit: Check = (project) =>
  files(project).flatMap((file) =>
    file.resources
      .filter(({ existing }) => !existing)
      .flatMap(({ type, line, symbol, body }) => {
        const limit = limits[type];
        if (!limit) return [];
        const name = body.get("name");
        const { longest, letters } = shapeOf(project, file, name);
        const strange = [...letters].filter((one) => !limit.letters.split(" ").includes(one));
        const where = `${file.path}:${line} ${symbol} ${shown(name)}`;
        return [
          ...(longest > limit.longest
            ? [`${where} may have ${longest} letters, not ${limit.longest}`]
            : []),
          ...(strange.length > 0 ? [`${where} may have ${strange.join(", ")} letters`] : []),
        ];
      }),
  );
