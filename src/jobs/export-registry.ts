import { exportBicep } from "../domain/export-bicep.ts";
import { exportedCache } from "../domain/export-cache.ts";
import { exportTerraform } from "../domain/export-terraform.ts";
import type { Ports } from "../domain/ports.ts";
import { servedName } from "./find-rule.ts";
import { allRules } from "./list-rules.ts";
import { listCredentialSets } from "./read-credential-set.ts";

type ExportPorts = Pick<
  Ports,
  "registries" | "rules" | "cacheRules" | "credentialSets" | "rotations" | "grants" | "ambient"
>;

export const exportFormats = ["bicep", "terraform"] as const;
type ExportFormat = (typeof exportFormats)[number];

const formats = {
  bicep: { write: exportBicep, ending: "bicep" },
  terraform: { write: exportTerraform, ending: "tf" },
} as const;

interface ExportedFile {
  /** "contoso.bicep": nothing in it needs quoting, as registries are named with letters and digits. */
  readonly name: string;
  readonly text: string;
}

/** The artifact cache of a registry, as ARM has it now, as one file for another tool. The same state gives the same text. */
export async function exportRegistry(
  ports: ExportPorts,
  registry: string,
  format: ExportFormat,
): Promise<ExportedFile> {
  const served = servedName(ports, registry);
  const [id, rules, views] = await Promise.all([
    ports.registries.id(served),
    allRules(ports, served),
    listCredentialSets(ports, served),
  ]);
  const sets = await Promise.all(
    views.map(async (view) => ({
      view,
      models: view.set
        ? await ports.grants.model([view.set.usernameSecretId, view.set.passwordSecretId])
        : [],
    })),
  );
  const { write, ending } = formats[format];
  const text = write(exportedCache({ registry: served, id, rules, sets }));
  return { name: `${served}.${ending}`, text };
}
