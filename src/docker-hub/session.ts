import * as z from "zod";
import type { Timestamp } from "../domain/time.ts";

/** What a session says of itself. Not verified: it comes over TLS from Docker Hub, which alone can check its signature. */
export interface Claims {
  readonly until?: Timestamp | undefined;
  readonly scopes: readonly string[];
  /** Absent when the session says nothing of the kind. */
  readonly account?:
    | { readonly username?: string | undefined; readonly source: Source | undefined }
    | undefined;
}

/** The access token that a session was made from. */
interface Source {
  readonly kind: "personal" | "organization";
  readonly uuid?: string | undefined;
}

/** The claim about the account (mongodb/kingfisher#202). */
const hub = "https://hub.docker.com";
const text = z.string().min(1).max(200).optional().catch(undefined);
const Payload = z.object({
  // Until the year 9999, so that timestamps stay comparable as text.
  exp: z.number().positive().max(253_402_300_799).optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
  [hub]: z.object({ username: text, source: text }).optional().catch(undefined),
});

/** The claims of a JWT; undefined when it is none, or cannot stand in a header. */
export function readClaims(jwt: string): Claims | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(jwt)) return undefined;
  const payload = readPayload(jwt.split(".")[1] ?? "");
  if (!payload) return undefined;
  const { exp, scope = "", [hub]: account } = payload;
  return {
    until: exp === undefined ? undefined : new Date(exp * 1000).toISOString(),
    scopes: scope.split(/\s+/).filter(Boolean),
    account: account && { username: account.username, source: readSource(account.source) },
  };
}

function readPayload(part: string) {
  try {
    return Payload.safeParse(JSON.parse(Buffer.from(part, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** "docker_pat|212d1aa1-0424-4aa6-90a9-f86e8b990d37"; anything else was made from no token. */
function readSource(source = ""): Source | undefined {
  const { kind, uuid = "" } =
    /^docker_(?<kind>[po]at)(?:\|(?<uuid>.*))?$/.exec(source)?.groups ?? {};
  if (kind === undefined) return undefined;
  return {
    kind: kind === "oat" ? "organization" : "personal",
    uuid: z.guid().safeParse(uuid).data,
  };
}
