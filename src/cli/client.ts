import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { isSafeAddress } from "../domain/safe-address.ts";

/** What the command line says of the API. */
export interface ApiChoice {
  readonly api?: string | undefined;
  readonly key?: string | undefined;
}

/** What the environment says of it. */
export interface ApiAccess extends ApiChoice {
  readonly token?: string | undefined;
}

/** Where Larder's API is, and what opens it. */
export interface Api {
  /** Ends with "/api/". */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** More than the 230 s after which the platform cuts an answer off. */
const patienceMs = 240_000;

/** What `npm start` leaves in .larder/local.json. */
const localFile = z.object({ api: z.string(), functionKey: z.string() });

/** What a running `npm start` has left; undefined when none is running. */
export function localFileText(): string | undefined {
  const file = join(import.meta.dirname, "../../.larder/local.json");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * The first that is known: of the command line, of the environment, of a running `npm start`. A local key goes to
 * the local API only. Throws Error with the remedy when there is none.
 */
export function findApi(
  chosen: ApiChoice,
  environment: ApiAccess,
  localText: string | undefined,
): Api {
  const api = chosen.api ?? environment.api;
  if (api !== undefined) {
    const key = chosen.key ?? environment.key;
    return { address: addressOf(api), headers: opening(key, environment.token) };
  }
  if (localText === undefined)
    throw new Error(
      "Say where Larder is: --api https://…/api/ with --key, or LARDER_API with LARDER_KEY (or LARDER_TOKEN), or have npm start running.",
    );
  const { api: local, functionKey } = localFile.parse(JSON.parse(localText));
  return { address: addressOf(local), headers: opening(chosen.key ?? functionKey, undefined) };
}

function opening(key: string | undefined, token: string | undefined): Api["headers"] {
  return {
    ...(key && { "x-functions-key": key }),
    ...(token && { Authorization: `Bearer ${token}` }),
  };
}

/** A key must not travel in the clear, but on this machine. */
function addressOf(text: string): string {
  const url = URL.parse(text);
  if (!url || !isSafeAddress(url))
    throw new Error(`"${text}" is no address of Larder's API: it is like https://…/api/.`);
  return `${url.origin}/api/`;
}

/** An answer's text. Throws Error with what the API says is wrong, in sentences. */
export async function call(
  { address, headers }: Api,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<string> {
  const request = {
    method,
    headers: { ...headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // A redirect would lead to a sign-in page, and take the key along.
    redirect: "error",
    signal: AbortSignal.timeout(patienceMs),
  } as const;
  const answer = await fetch(new URL(path, address), request).catch((error: unknown) => {
    throw new Error(`Larder gave no answer at ${address}: ${reasonOf(error)}.`);
  });
  const text = await answer.text();
  if (answer.ok) return text;
  throw new Error(told(text) ?? bare(answer.status, address));
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

const problem = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });
const refusal = z.object({ error: problem.extend({ details: z.array(problem).optional() }) });

/** The error in Larder's own shape, all its details included; undefined when it is none. */
function told(text: string): string | undefined {
  const { success, data } = refusal.safeParse(parsed(text));
  if (!success) return undefined;
  const { details = [], ...first } = data.error;
  const more = details.filter(
    ({ target, message }) => target !== first.target || !first.message.includes(message),
  );
  return [first, ...more].map(sentence).join("\n");
}

function sentence({ code, message, target }: z.infer<typeof problem>): string {
  return `${message} (${[code, target].filter(Boolean).join(", ")})`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer of the host, or of something else in front. */
function bare(status: number, address: string): string {
  if (status === 401 || status === 403)
    return `The API lets nobody in with that (${status}): give a function key with --key or LARDER_KEY, or a bearer token in LARDER_TOKEN.`;
  return `${address} answered ${status}, and not as Larder does: is it Larder's address, and is it running?`;
}
