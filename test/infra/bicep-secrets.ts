import { type Check, files } from "./bicep-project.ts";
import { usesIn } from "./bicep-uses.ts";

/** Values of secrets never go through Bicep: a deployment keeps what it was given. */
export const noSecretResources: Check = (project) =>
  files(project).flatMap(({ path, resources }) =>
    resources
      .filter(
        ({ type, existing }) => !existing && /^Microsoft\.KeyVault\/vaults\/secrets$/i.test(type),
      )
      .map(({ line, symbol }) => `${path}:${line} ${symbol} is a secret`),
  );

/** What a value is called; its name, id or address is called otherwise in the end. */
const secretName = /(password|passphrase|token|secret|key|seed|credential|connectionString)s?$/i;

/** azd's word for what makes names unique. */
const harmless = "resourceToken";

/** A list holds names. */
function looksSecret(name: string, type: string): boolean {
  if (!/^(string|object)/.test(type)) return false;
  return secretName.test(name.replaceAll("_", "")) && name !== harmless;
}

export const noSecretParams: Check = (project) =>
  files(project).flatMap(({ path, params, outputs }) => [
    ...params
      .filter(({ name, type, secure }) => looksSecret(name, type) && !secure)
      .map(({ name, line }) => `${path}:${line} param ${name} is not secure`),
    ...outputs
      .filter(({ name, type, secure }) => looksSecret(name, type) || secure)
      .map(({ name, line }) => `${path}:${line} output ${name} is a secret`),
  ]);

/** listKeys and its like, which put a key into the deployment's history. */
export const noKeysAsked: Check = (project) =>
  files(project).flatMap(({ path, root }) =>
    usesIn(root)
      .filter(({ kind, name }) => kind === "function" && /^(list[A-Z]|getSecret$)/.test(name))
      .map(({ name, line }) => `${path}:${line} ${name}() reads a key`),
  );

const secretText =
  /dckr_pat_|AccountKey=|SharedAccessKey|InstrumentationKey=[0-9a-f]|BEGIN [A-Z ]*PRIVATE KEY/;

export const noSecretTexts: Check = ({ texts }) =>
  [...texts]
    .filter(
      ([path, text]) =>
        /^infra\/.*\.(bicep|json)$|^azure\.yaml$/.test(path) && secretText.test(text),
    )
    .map(([path]) => `${path} has the text of a secret`);
