import { evaluate, type Meaning } from "./bicep-evaluate.ts";
import { parts } from "./bicep-parse.ts";
import { assignments, type Instance, instances, moduleOf, roleOf } from "./rights-granted.ts";

/** Names of the roles that Larder's identity has, by "vault/secret". */
export type RolesOnSecrets = Readonly<Record<string, readonly string[]>>;

const file = "larder-on-secrets.bicep";

/** What connect.bicep comes to for Larder's identity, given its params. */
export function rolesOnSecrets(values: Meaning["values"]): RolesOnSecrets {
  const { declared, meaning } = moduleOf("../connect.bicep", values);
  const deployed = declared
    .filter((one) => one.type === "module_declaration" && parts(one)[1]?.text.includes(file))
    .flatMap((one) => instances(parts(one).at(-1), meaning));
  const found: Record<string, string[]> = {};
  for (const one of deployed) {
    const params = property(one, "params") as Meaning["values"];
    for (const { secret, role } of rolesIn({ writtenSecrets: [], writerRoleId: "", ...params }))
      (found[`${String(params["vaultName"])}/${secret}`] ??= []).push(role);
  }
  return found;
}

/** The value of one property of an object. */
function property({ body, meaning }: Instance, name: string): unknown {
  const found = parts(body).find((one) => parts(one)[0]?.text === name);
  const value = found && parts(found)[1];
  return value && evaluate(value, meaning);
}

/** The secrets that assignments have for their scopes come from loops, and stand here for their names. */
function rolesIn(params: Meaning["values"]) {
  const { declared, meaning } = moduleOf(file, params);
  const loops = declared.filter((one) => parts(one)[1]?.text.includes("vaults/secrets@"));
  const named = loops.map((one) => [
    parts(one)[0]?.text ?? "",
    instances(parts(one).at(-1), meaning).map((each) => property(each, "name")),
  ]);
  const known = { ...meaning, values: { ...meaning.values, ...Object.fromEntries(named) } };
  return assignments({ declared, meaning: known }).map((one) => ({
    secret: String(property(one, "scope")),
    role: roleOf(one),
  }));
}
