import type { CacheRule } from "./cache-rule.ts";
import type { Problem } from "./errors.ts";
import { isRepositoryPath } from "./image.ts";
import { servingRule } from "./mapping.ts";
import type { RefreshRequest } from "./refresh.ts";

/** More would help nobody. */
const maximumProblems = 50;

/** Characters of a request that fit into a table's text property (32 Ki), with the operation beside it. */
const longestRequest = 30_000;

/** A request for a refresh as it is to be recorded, or everything that is wrong with it. */
type Judged =
  /** `rules`: those the refresh is about. */
  | { readonly ok: true; readonly request: RefreshRequest; readonly rules: readonly CacheRule[] }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** Decides whether a refresh can be begun, from the rules that are recorded. */
export function judgeRefresh(request: RefreshRequest, records: readonly CacheRule[]): Judged {
  const { repositories } = request;
  const served = repositories?.map((one) => serve(one, records, request.tags !== undefined));
  const problems = (served ?? []).flatMap(({ problem }, index): Problem[] =>
    problem ? [{ ...problem, target: `repositories[${index}]` }] : [],
  );
  const withPolicy = records.filter(({ status, refresh }) => status === "active" && refresh);
  if (!repositories && withPolicy.length === 0) problems.push(nothingToDo);
  if (JSON.stringify(request).length > longestRequest) problems.push(tooLarge);
  const [first, ...rest] = problems;
  if (first) return { ok: false, problems: [first, ...rest.slice(0, maximumProblems - 1)] };
  const rules = served ? served.flatMap(({ rule }) => (rule ? [rule] : [])) : withPolicy;
  return {
    ok: true,
    request: { ...request, repositories: repositories && [...new Set(repositories)] },
    rules: [...new Set(rules)],
  };
}

const nothingToDo: Problem = {
  code: "NoRefreshPolicy",
  target: "repositories",
  message:
    "No active rule has a refresh policy. Give one to a rule (PATCH …/rules/{name}), or name repositories and tags.",
};

const tooLarge: Problem = {
  code: "RefreshTooLarge",
  target: "repositories",
  message: `The names come to more than one refresh can hold (${longestRequest} characters). Name fewer here, and the rest in another.`,
};

interface Served {
  readonly rule?: CacheRule | undefined;
  readonly problem?: Omit<Problem, "target">;
}

/** The active rule that a repository comes under, or why it cannot be refreshed. */
function serve(repository: string, records: readonly CacheRule[], tagsGiven: boolean): Served {
  if (!isRepositoryPath(repository)) return { problem: malformed(repository) };
  const active = records.filter(({ status }) => status === "active");
  const rule = servingRule(active, repository);
  if (!rule) return { problem: notServed(repository, servingRule(records, repository)) };
  if (rule.refresh || tagsGiven) return { rule };
  const message = `Rule "${rule.name}", which serves it, has no refresh policy that would name its tags. Give tags in the request, or the rule a policy.`;
  return { problem: { code: "NoRefreshPolicy", message } };
}

function malformed(repository: string): Omit<Problem, "target"> {
  const code = "RepositoryMalformed";
  if (/[:@]/.test(repository))
    return { code, message: 'A repository has no tag or digest: name tags in "tags".' };
  if (/[A-Z]/.test(repository)) return { code, message: "Repositories are written in lower case." };
  if (repository.includes("*"))
    return { code, message: "Name each repository, or none for all under a refresh policy." };
  const message =
    'Not the name of a repository in the registry; they look like "grafana/grafana", without the registry\'s host.';
  return { code, message };
}

function notServed(repository: string, rule: CacheRule | undefined): Omit<Problem, "target"> {
  if (!rule)
    return {
      code: "RepositoryNotServed",
      message: `No rule of Larder's serves "${repository}". Request one; a rule made outside Larder is taken over by a request like it.`,
    };
  if (rule.status === "unmanaged")
    return {
      code: "RuleUnmanaged",
      message: `Rule "${rule.name}" was made outside Larder. Send a request for it to take it over, then refresh.`,
    };
  return {
    code: "RuleNotActive",
    message: `Rule "${rule.name}" is ${rule.status}; a refresh needs an active one. GET …/rules/${rule.name} says what it waits for.`,
  };
}
