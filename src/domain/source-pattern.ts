import { isRepositoryPath } from "./image.ts";
import { upstreamHost, upstreams } from "./upstream.ts";

/** A pattern as it is compared, or one sentence on what is wrong with it and how to write it. */
type ParsedPattern =
  | { readonly ok: true; readonly pattern: string }
  | { readonly ok: false; readonly problem: string };

/** The start of a path component, as far as a prefix may break off in it. */
const begun = /^(?:[a-z0-9][a-z0-9._-]*)?$/;

/**
 * Reads one pattern of the policy (see `Policy`) and puts it into the spelling of rules' sources:
 * other names of an upstream become its own, and Docker Hub's official images get their "library/".
 * What could never match anything is a problem, not a pattern.
 */
export function parseSourcePattern(text: string): ParsedPattern {
  if (text === "*") return { ok: true, pattern: "*" };
  const refuse = (fault: string): ParsedPattern => ({ ok: false, problem: `"${text}" ${fault}` });
  if (/[A-Z]/.test(text))
    return refuse(`has upper case, which no source has: write "${text.toLowerCase()}".`);
  if (text.includes("://")) return refuse("is a URL: leave out what stands before the host.");
  const slash = text.indexOf("/");
  const given = slash < 0 ? text : text.slice(0, slash);
  const path = slash < 0 ? "" : text.slice(slash + 1);
  const host = hostOf(given);
  if (host === undefined)
    return refuse(
      `does not begin with the host of an upstream. These there are: ${upstreams.map(({ loginServer }) => loginServer).join(", ")}.`,
    );
  if (path === "")
    return refuse(
      `names no repository: write "${host}/*" for all of ${host}, or a path behind it.`,
    );
  const star = path.indexOf("*");
  if (star >= 0 && star < path.length - 1)
    return refuse('has "*" before its end: there it stands for nothing but itself.');
  if (star < 0 && !isRepositoryPath(path)) return refuse(pathFault(host, path));
  if (star >= 0 && !isPrefix(path.slice(0, -1))) return refuse(pathFault(host, path));
  const official = host === "docker.io" && star < 0 && !path.includes("/");
  return { ok: true, pattern: `${host}/${official ? "library/" : ""}${path}` };
}

/** A host of the catalogue; "*.azurecr.io" is one too, and stands for all that lie below it. */
function hostOf(given: string): string | undefined {
  const named = upstreams.some(({ loginServer }) => loginServer === given);
  return named ? given : upstreamHost(given);
}

function isPrefix(text: string): boolean {
  const slash = text.lastIndexOf("/");
  const whole = slash < 0 || isRepositoryPath(text.slice(0, slash));
  return whole && begun.test(text.slice(slash + 1));
}

function pathFault(host: string, path: string): string {
  if (/[:@]/.test(path)) return "has a tag or digest: a rule is for a whole repository.";
  if (path.endsWith("/")) return `ends in "/": write "${host}/${path}*" for all that lies below.`;
  return `has a path that no repository can have: "${path}".`;
}
