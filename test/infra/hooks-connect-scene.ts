import { type Answer, healthy, rule, type ScriptedApi, scriptedApi, setView } from "./hooks-api.ts";
import { type AzureSide, azOf, azureSide, deployed } from "./hooks-azure.ts";
import { runHook } from "./hooks-program.ts";
import { type HooksStage, hooksStage } from "./hooks-stage.ts";

const opened: { close(): unknown }[] = [];

/** For afterEach. */
export async function closeScenes(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
}

/** Has `closeScenes` close a thing of a test's own, too. */
export function closeLater(one: { close(): unknown }): void {
  opened.push(one);
}

export interface Scene {
  readonly stage: HooksStage;
  readonly azure: AzureSide;
  readonly api: ScriptedApi;
  run(env?: Readonly<Record<string, string>>): Promise<{ code: number | null; text: string }>;
  /** Parameters of each deployment of connect.bicep. */
  readonly deployments: Readonly<Record<string, unknown>>[];
}

/** A vault with all secrets, and an API where everything goes well but for `answers`, by "METHOD path". */
export async function scene(
  answers: Readonly<Record<string, Answer>> = {},
  programs: readonly string[] = ["az", "azd"],
): Promise<Scene> {
  const azure = azureSide();
  const deployments: Readonly<Record<string, unknown>>[] = [];
  azure.deploy = (parameters) => {
    deployments.push(parameters);
    return { out: {} };
  };
  const stage = await hooksStage((command) => azOf(azure)(command), programs);
  for (const name of ["user", "token", "token-pending", "contoso--pull-password"])
    stage.vault.seed(`docker-hub-${name}`, "there");
  const rules: object[] = [];
  const api = await scriptedApi((call) => {
    const given = answers[call];
    if (given) return given;
    if (call === "GET health") return healthy;
    if (/^(GET|PUT) registries\/\w+\/credential-sets\//.test(call)) return setView();
    if (/^GET registries\/\w+\/rules$/.test(call)) return [200, { value: rules }];
    if (call.startsWith("POST")) return [201, rules[rules.push(rule()) - 1]];
    return [200, rule()];
  });
  opened.push(stage, api);
  const run = (env: Readonly<Record<string, string>> = {}) =>
    runHook("connect", { ...stage.env, ...deployed(api.url), ...env }).ended;
  return { stage, azure, api, run, deployments };
}

/** What the API was asked, in order. */
export const calls = ({ api }: Scene) => api.asked.map(({ method, path }) => `${method} ${path}`);
/** Commands of the Azure CLI. */
export const started = ({ stage }: Scene) =>
  stage.programs.given
    .filter(({ program }) => program === "az")
    .map(({ words }) => words.join(" "));
