import type { Answer } from "../service.ts";
import { unauthorized } from "./errors.ts";
import { originOf, type Visit } from "./visit.ts";

/** The 401 of a registry, telling where to get a token, in the host's own way. */
export function challenge(visit: Visit, error?: "invalid_token" | "insufficient_scope"): Answer {
  const { dialect, wanted } = visit;
  const repository = wanted?.repository;
  const params = parametersOf(visit, repository);
  if (error) params.push(`error="${error}"`);
  const bearer = `Bearer ${params.join(",")}`;
  const basic = visit.on("two-challenges") ? `,Basic realm="${dialect.loginServer}"` : "";
  const headers = {
    "Www-Authenticate": `${bearer}${basic}`,
    "Docker-Distribution-Api-Version": "registry/2.0",
  };
  if (dialect.html401)
    return {
      status: 401,
      headers: { ...headers, "Content-Type": "text/html" },
      body: "<html><head><title>401 Authorization Required</title></head></html>\r\n",
    };
  const detail = [{ Type: "repository", Class: "", Name: repository, Action: "pull" }];
  return unauthorized(headers, dialect.pullLimits && repository ? detail : undefined);
}

function parametersOf(visit: Visit, repository: string | undefined): string[] {
  const { call, dialect } = visit;
  const { token } = dialect;
  const inRealm =
    token?.scopeInRealm && repository ? `?scope=repository:${repository}:pull,push` : "";
  const params = [`realm="${realmOf(visit)}${inRealm}"`];
  if (token && token.service !== null) params.push(`service="${token.service ?? call.host}"`);
  if (repository && !token?.scopeInRealm)
    params.push(`scope="${token?.scope ?? `repository:${repository}:pull`}"`);
  return params;
}

function realmOf(visit: Visit): string {
  const { call, dialect } = visit;
  if (visit.on("hostile-realm")) return "http://169.254.169.254/token";
  if (visit.on("relative-realm")) return "/token";
  return `${originOf(call, dialect.token?.host ?? call.host)}${dialect.token?.path ?? "/token"}`;
}
