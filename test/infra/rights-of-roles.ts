import { builtInRoleActions } from "./built-in-role-actions.ts";
import { customRoles } from "./rights-granted.ts";

const queues = "Microsoft.Storage/storageAccounts/queueServices/queues";

/** "… or …" in the services' own tables of permissions: the wider of the two includes the other. */
const includes: Readonly<Record<string, readonly string[]>> = {
  "Microsoft.Storage/storageAccounts/tableServices/tables/entities/write": [
    "Microsoft.Storage/storageAccounts/tableServices/tables/entities/add/action",
    "Microsoft.Storage/storageAccounts/tableServices/tables/entities/update/action",
  ],
  [`${queues}/messages/write`]: [`${queues}/messages/add/action`],
};

/** What roles allow, actions and data actions alike. */
export function actionsOf(roles: readonly string[]): readonly string[] {
  const all = roles.flatMap((name) => {
    const role = customRoles[name] ?? builtInRoleActions[name];
    if (!role) throw new Error(`Nobody said what the role "${name}" allows.`);
    return [...role.actions, ...role.dataActions];
  });
  return [...new Set(all)];
}

/** "a/* /read" stands for every action between. */
export function covers(granted: string, action: string): boolean {
  if (granted === action || includes[granted]?.includes(action)) return true;
  const pattern = granted.split("*").map((part) => part.replaceAll(/[.]/g, "\\."));
  return pattern.length > 1 && new RegExp(`^${pattern.join(".*")}$`).test(action);
}
