import type { Problem } from "./errors.ts";
import { isRepositoryPath } from "./image.ts";
import { isWildcard } from "./mapping.ts";

type Side = "source" | "target";
/** A fault: the end of its code, and its message. */
type Fault = readonly [code: string, message: string];

/** A repository name's longest form (distribution/reference). */
const maximumLength = 255;

/** What is wrong with the form of a source or target, if anything: the first thing found is the one worth telling. */
export function formProblem(side: Side, text: string): Problem | undefined {
  const fault = findFault(side, text);
  if (!fault) return undefined;
  const [code, message] = fault;
  return { code: `${side === "source" ? "Source" : "Target"}${code}`, target: side, message };
}

function findFault(side: Side, text: string): Fault | undefined {
  return (
    credentials(side, text) ??
    url(side, text) ??
    tooLong(side, text) ??
    port(side, text) ??
    tagOrDigest(side, text) ??
    upperCase(text) ??
    wildcard(side, text) ??
    component(side, text)
  );
}

/** A digest at the end, and nothing before its "@" that a password could be. */
const endsInDigest = /^[^:@]*(?::[\w.-]+)?@sha\d+:[0-9a-f]*$/i;

/** "user:password@host/…", however mistyped: nothing of it is repeated, for it may hold a password. */
function credentials(side: Side, text: string): Fault | undefined {
  if (!text.includes("@") || endsInDigest.test(text)) return undefined;
  const message = `A ${side} holds no user name or password, nor any other "@" but a digest's: take it out.`;
  return ["HasCredentials", message];
}

/** A page of Docker Hub's web site: "hub.docker.com/r/grafana/grafana/tags", "hub.docker.com/_/nginx". */
const hubPage =
  /^(?:https?:\/\/)?(?:www\.)?hub\.docker\.com\/(?:r\/([^/?#]+\/[^/?#]+)|_\/([^/?#]+))/i;

function url(side: Side, text: string): Fault | undefined {
  const [page, repository, official] = hubPage.exec(text) ?? [];
  if (page !== undefined) {
    const name = repository ?? `library/${official ?? ""}`;
    const message = `That is the address of a web page. The image is "docker.io/${name.toLowerCase()}".`;
    return ["IsUrl", message];
  }
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/i.exec(text) ?? [];
  if (rest === undefined) return undefined;
  return [
    "IsUrl",
    `Write the ${side} without "${text.slice(0, text.indexOf("//") + 2)}": "${rest}".`,
  ];
}

function tooLong(side: Side, text: string): Fault | undefined {
  if (text.length <= maximumLength) return undefined;
  return [
    "TooLong",
    `The ${side} has ${text.length} characters; a repository name has at most ${maximumLength}.`,
  ];
}

/** "host:5000/path", or a host alone with a port. */
function port(side: Side, text: string): Fault | undefined {
  const [, host = "", number = ""] = /^([^/@]*[^/@:]):(\d+)(?:\/|$)/.exec(text) ?? [];
  const isHost = text.includes("/") || host === "localhost";
  if (number === "" || !isHost) return undefined;
  return [
    "HasPort",
    `Leave the port out: ACR caches only from the upstreams it knows, at their usual port, so ":${number}" has no place in a ${side}.`,
  ];
}

function tagOrDigest(side: Side, text: string): Fault | undefined {
  const at = text.indexOf("@");
  const colon = text.lastIndexOf(":");
  const [kind, end] =
    at >= 0 ? ["digest", at] : ["tag", colon > text.lastIndexOf("/") ? colon : -1];
  if (end < 0) return undefined;
  const rest = text.slice(0, end).toLowerCase();
  return [
    kind === "tag" ? "HasTag" : "HasDigest",
    `A cache rule is for a whole repository, so the ${side} takes no ${kind}: write "${rest}".`,
  ];
}

function upperCase(text: string): Fault | undefined {
  if (!/[A-Z]/.test(text)) return undefined;
  return ["UpperCase", `Repository names are lower case: write "${text.toLowerCase()}".`];
}

function wildcard(side: Side, text: string): Fault | undefined {
  const star = text.indexOf("*");
  if (star < 0 || (star === text.length - 1 && isWildcard(text))) return undefined;
  const example = side === "source" ? "docker.io/grafana/*" : "grafana/*";
  return [
    "WildcardMisplaced",
    `A wildcard stands for the whole end of a path, as in "${example}"; "${text}" has it elsewhere.`,
  ];
}

function component(side: Side, text: string): Fault | undefined {
  if (text.endsWith("/")) return ["Malformed", `Drop the slash at the end of the ${side}.`];
  const parts = isWildcard(text) ? text.split("/").slice(0, -1) : text.split("/");
  const wrong = parts.find((part) => !isRepositoryPath(part));
  if (wrong === undefined) return undefined;
  const shown = JSON.stringify(wrong);
  return [
    "Malformed",
    `${shown} in the ${side} is not a path component: lower-case letters and digits, separated by ".", "_", "__" or "-", with single slashes between.`,
  ];
}
