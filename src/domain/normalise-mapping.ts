import type { Mapping } from "./cache-rule.ts";
import type { Problem } from "./errors.ts";
import { isWildcard } from "./mapping.ts";
import { formProblem } from "./path-form.ts";
import { upstreamHost, upstreams } from "./upstream.ts";

/** A mapping in ACR's spelling with what was changed to get there, or everything that is wrong with it. */
export type Normalised =
  | { readonly ok: true; readonly mapping: Mapping; readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function normaliseSource(text: string): { source: string; notes: string[] } | Problem {
  const form = formProblem("source", text);
  if (form) return form;
  const slash = text.indexOf("/");
  const given = slash < 0 ? text : text.slice(0, slash);
  const path = slash < 0 ? "" : text.slice(slash + 1);
  const known = upstreamHost(given);
  if (known === undefined) return unknownUpstream(text, given, path);
  if (path === "") {
    return {
      code: "SourceMalformed",
      target: "source",
      message: `Say what to cache from ${known}: "${known}/*" for everything, or "${known}/<path>".`,
    };
  }
  const notes = known === given ? [] : [`"${given}" is written "${known}" in cache rules.`];
  if (known === "docker.io" && !path.includes("/") && path !== "*") {
    notes.push(`"library/" was added: Docker Hub's official images lie under it.`);
    return { source: `docker.io/library/${path}`, notes };
  }
  return { source: `${known}/${path}`, notes };
}

function unknownUpstream(text: string, given: string, path: string): Problem {
  const supported = upstreams.map(({ loginServer }) => loginServer).join(", ");
  if (given.includes(".") || given === "localhost") {
    return {
      code: "UpstreamNotSupported",
      target: "source",
      message: `ACR cannot cache from "${given}". Supported upstreams: ${supported}.`,
    };
  }
  const meant = path === "" && text !== "*" ? `docker.io/library/${text}` : `docker.io/${text}`;
  return {
    code: "SourceWithoutUpstream",
    target: "source",
    message: `The source must start with the upstream's host. If Docker Hub is meant, write "${meant}". Supported upstreams: ${supported}.`,
  };
}

function normaliseTarget(text: string, loginServer: string): string | Problem {
  if (text.startsWith(`${loginServer}/`)) {
    const rest = text.slice(loginServer.length + 1);
    return {
      code: "TargetHasRegistry",
      target: "target",
      message: `The target is a path in the registry: write "${rest}" without "${loginServer}/".`,
    };
  }
  return formProblem("target", text) ?? text;
}

/**
 * Judges the form of a requested mapping and puts it into ACR's spelling. Needs no facts but the
 * registry's login server; what exists already is for `decideCacheRule`.
 */
export function normaliseMapping(
  request: { readonly source: string; readonly target?: string | undefined },
  loginServer: string,
): Normalised {
  const source = normaliseSource(request.source);
  if ("code" in source) return { ok: false, problems: [source] };
  const target = normaliseTarget(request.target ?? source.source, loginServer);
  if (typeof target !== "string") return { ok: false, problems: [target] };
  if (isWildcard(source.source) !== isWildcard(target)) {
    const fix = isWildcard(target)
      ? `the source "${source.source}/*" or the target "${target.slice(0, -2) || "name"}"`
      : `the target "${target}/*" or a source without "*"`;
    return {
      ok: false,
      problems: [
        {
          code: "WildcardOnOneSide",
          target: isWildcard(target) ? "source" : "target",
          message: `A wildcard stands on both sides or on neither: use ${fix}.`,
        },
      ],
    };
  }
  return { ok: true, mapping: { source: source.source, target }, notes: source.notes };
}
