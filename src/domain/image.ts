import { LarderError } from "./errors.ts";

/** An image reference, with what Docker leaves out filled in: host "docker.io", path "library/…". */
export interface Image {
  /** Host with its port, spelled as given: "docker.io", "localhost:5000", "[fc00::1]:5000". */
  readonly host: string;
  /** Path without the host: "library/nginx". */
  readonly repository: string;
  /** Absent when none was written; Docker then means "latest", or only the digest if there is one. */
  readonly tag?: string | undefined;
  /** When given it decides alone what is pulled, whatever the tag says (`ParseDockerRef`). */
  readonly digest?: string | undefined;
}

/*
 * The grammar of github.com/distribution/reference (regexp.go, normalize.go), and the three digest
 * algorithms that github.com/opencontainers/go-digest knows, with their exact lengths.
 */
const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const path = new RegExp(`^${component}(?:/${component})*$`);
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hostWithPort = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);
const bareHex = /^[a-f0-9]{64}$/;
const maximumPath = 255;

export const tagPattern = /^\w[\w.-]{0,127}$/;
export const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** Whether `text` can be a repository's path, without host, tag or digest: "library/nginx". */
export function isRepositoryPath(text: string): boolean {
  return text.length <= maximumPath && path.test(text);
}

/** What an image reference means to Docker. `invalid` `InvalidImageReference` when it is none. */
export function parseImage(text: string): Image {
  if (bareHex.test(text)) {
    throw invalid(text, "64 hexadecimal digits alone are an image id, not a reference");
  }
  const { host, rest } = splitHost(text);
  const at = rest.indexOf("@");
  const named = at < 0 ? rest : rest.slice(0, at);
  const digest = at < 0 ? undefined : rest.slice(at + 1);
  const colon = named.indexOf(":");
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  // The Go parser takes "my_app.v2/web" too, with no host at all: an accident of its expression.
  if (!hostWithPort.test(host)) throw invalid(text, `${quoted(host)} is not a host`);
  if (!isRepositoryPath(repository)) throw invalid(text, pathFault(repository));
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw invalid(text, `${quoted(tag)} is not a tag`);
  }
  if (digest !== undefined && !digestPattern.test(digest)) {
    throw invalid(text, `${quoted(digest)} is not a digest`);
  }
  return {
    host,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The reference in full: "docker.io/library/nginx:1.27@sha256:…". `parseImage` reads it back unchanged. */
export function formatImage({ host, repository, tag, digest }: Image): string {
  const tagged = tag === undefined ? "" : `:${tag}`;
  return `${host}/${repository}${tagged}${digest === undefined ? "" : `@${digest}`}`;
}

/** `splitDockerDomain`: what stands before the first slash is a host only if it cannot be a path. */
function splitHost(text: string): { host: string; rest: string } {
  const slash = text.indexOf("/");
  if (slash < 0) return { host: "docker.io", rest: `library/${text}` };
  const first = text.slice(0, slash);
  const isHost = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
  const host = isHost && first !== "index.docker.io" ? first : "docker.io";
  const rest = isHost ? text.slice(slash + 1) : text;
  return { host, rest: host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest };
}

function pathFault(repository: string): string {
  if (repository.length > maximumPath) return `a repository has at most ${maximumPath} characters`;
  if (/[A-Z]/.test(repository)) return "a repository is written in lower case";
  return `${quoted(repository)} is not a repository`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

function invalid(text: string, fault: string): LarderError {
  return new LarderError("invalid", {
    code: "InvalidImageReference",
    message: `${quoted(text)} is not an image reference: ${fault}. Write it as "docker.io/library/nginx:1.27".`,
  });
}
