import { exampleOf, type FirstRule } from "./first-rules.ts";

/** What came of one registry. */
export interface Stocked {
  readonly name: string;
  readonly loginServer: string;
  readonly rules: readonly FirstRule[];
  /** What is left to a person. */
  readonly toDo: readonly string[];
}

interface Outcome {
  readonly api: string;
  readonly app: string;
  readonly resourceGroup: string;
  readonly signIn: boolean;
  readonly docker: boolean;
  readonly registries: readonly Stocked[];
}

/** The last words of `azd up`. */
export function summary(outcome: Outcome): string {
  const { api, registries } = outcome;
  return [
    "",
    `Larder's API          ${api}`,
    `its page              ${pageOf(outcome)}`,
    `its description       ${api}openapi.json`,
    ...tries(registries),
    ...toDos(outcome),
  ].join("\n");
}

/** With sign-in the page itself is answered 401 until somebody has signed in (modules/sign-in.bicep). */
function pageOf({ api, signIn, app, resourceGroup }: Outcome): string {
  return signIn
    ? new URL("/.auth/login/aad?post_login_redirect_uri=/api/", api).href
    : `${api}   (it asks for the key: az functionapp keys list -n ${app} -g ${resourceGroup} --query functionKeys.default -o tsv)`;
}

function tries(registries: readonly Stocked[]): readonly string[] {
  const [first] = registries.filter(({ rules }) => rules.length > 0);
  const [rule] = first?.rules ?? [];
  if (!first || !rule)
    return ["", "No registry has a rule yet: ask for one on the page or by the API."];
  return [
    "",
    "Try it:",
    `  az acr login --name ${first.name}`,
    `  docker pull ${first.loginServer}/${exampleOf(rule)}`,
  ];
}

function toDos({ docker, registries }: Outcome): readonly string[] {
  const all = registries.flatMap(({ name, toDo }) => toDo.map((one) => `- ${name}: ${one}`));
  const noAccount = docker
    ? []
    : [
        "- Rules for Docker Hub need an account: azd env set DOCKER_ACCOUNT <Docker ID>, then azd up.",
      ];
  const lines = [...new Set([...all, ...noAccount])];
  return lines.length === 0 ? [] : ["", "Left to you:", ...lines];
}
