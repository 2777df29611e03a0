import { type Setting } from "../../src/setting.ts";
import { settings } from "../../src/settings.ts";
import { everyNode, parts } from "./bicep-parse.ts";
import { type Check, needed, type Project } from "./bicep-project.ts";

const appPath = "infra/modules/app.bicep";
const settingsPath = "infra/settings.json";

/** Larder's, but not for a deployment to give. */
export const notGiven: Readonly<Record<string, string>> = {
  LarderStorage: "a connection string, for local use",
  VAULT_HOSTS: "for local use",
  CONNECT_TO: "for local use",
  IDENTITY_ENDPOINT: "set by the platform",
  WEBSITE_AUTH_ENABLED: "set by the platform",
};

/** Read by the host and its extensions, not by Larder. */
const hostSettings = new Set([
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__clientId",
  "AzureWebJobsStorage__credential",
  "LarderStorage__clientId",
  "LarderStorage__credential",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
]);

const known: Readonly<Record<string, Setting>> = settings;

export function settingsFile(project: Project): Readonly<Record<string, string>> {
  return JSON.parse(needed(project, settingsPath));
}

/** Keys of objects in app.bicep that are written like settings. */
export function settingsInBicep(project: Project): readonly string[] {
  const root = project.bicep.get(appPath)?.root;
  const keys = [...(root ? everyNode(root) : [])]
    .filter(({ type }) => type === "object_property")
    .map((property) => parts(property)[0]?.text.replaceAll("'", "") ?? "");
  return keys.filter((key) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$|^\w+__\w+$/.test(key));
}

/** What the deployment gives is known to the code, and the other way round. */
export const settingsKnown: Check = (project) => {
  const inFile = Object.keys(settingsFile(project));
  const given = new Set([...settingsInBicep(project), ...inFile]);
  const unknown = [...given].filter((name) => !(name in known) && !hostSettings.has(name));
  const missing = Object.keys(known).filter((name) => !given.has(name) && !(name in notGiven));
  const wrong = [...given].filter((name) => name in notGiven);
  return [
    ...unknown.map((name) => `${name} is no setting`),
    ...missing.map((name) => `${name} is given nowhere`),
    ...wrong.map((name) => `${name} is ${notGiven[name]}`),
  ];
};

/** What the file for people says is what would hold without it. */
export const settingsDefault: Check = (project) =>
  Object.entries(settingsFile(project))
    .filter(([name, value]) => name in known && value !== (known[name]?.default ?? ""))
    .map(
      ([name, value]) => `${name} is "${value}", but by default "${known[name]?.default ?? ""}"`,
    );
