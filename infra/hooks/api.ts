import * as z from "zod";
import { deadlineOf, type Patience, repeat } from "./patience.ts";

/** An answer of Larder's API, or what came instead of one: status 0. */
export interface Heard {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
  /** "" unless Larder itself refused. */
  readonly code: string;
  /** Why it is not ok, for a person. */
  readonly message: string;
}

/** One call, `path` below /api/. Never rejects for what comes back, or does not. */
export type Api = (
  method: "GET" | "PUT" | "POST",
  path: string,
  more?: {
    /** Sent as JSON. */
    readonly body?: unknown;
    /** Why a good answer is not the last word yet. */
    readonly hope?: (heard: Heard) => string | undefined;
  },
) => Promise<Heard>;

/** For one answer; the platform in front gives up after 230 s (facts/functions.md section 1.5). */
const answerMs = 240_000;

/**
 * Larder's API with the headers that open it. A call is asked again while the app or its rights are still on their way, all calls
 * together for no longer than `patience`.
 */
export function larderApi(
  base: string,
  headers: Readonly<Record<string, string>>,
  patience: Patience,
): Api {
  const timing = { deadline: deadlineOf(patience), pollSeconds: patience.pollSeconds };
  return (method, path, { body, hope } = {}) =>
    repeat(
      timing,
      () => send(base, headers, { method, path, body }),
      (heard) => (heard.ok ? hope?.(heard) : hopeFor(heard)),
    );
}

/** As ACR reports a set whose identity may not read the vault (facts/acr.md section 1). */
const notGrantedYet = /\(Forbidden: |secrets get permission/;

/** Why asking again may help; undefined: it does not. */
export function hopeFor({ ok, status, code, message }: Heard): string | undefined {
  if (ok) return undefined;
  if (code === "LarderLacksRight")
    return "Larder's own role assignments have not all arrived, which takes some minutes. Waiting …";
  if (code === "CredentialSetUnhealthy")
    return notGrantedYet.test(message)
      ? "ACR may not read the credential set's secrets yet: role assignments take some minutes. Waiting …"
      : undefined;
  // Without an error body of Larder's own it is the platform that answers, before an app that starts.
  const platform = code === "" && (status === 0 || status === 404 || status === 502);
  const busy = status === 429 || status === 503 || status === 504;
  return platform || busy ? "Waiting for Larder's API …" : undefined;
}

const ErrorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

async function send(
  base: string,
  headers: Readonly<Record<string, string>>,
  { method, path, body }: Call,
): Promise<Heard> {
  try {
    const response = await fetch(new URL(path, base), {
      method,
      headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMs),
      redirect: "manual",
    });
    const read = parse(await response.text());
    const { ok, status } = response;
    const told = ok ? undefined : ErrorBody.safeParse(read).data?.error;
    const message = ok ? "" : (told?.message ?? `${method} ${path} was answered ${status}.`);
    return { ok, status, body: read, code: told?.code ?? "", message };
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly code?: unknown } };
    const why = typeof cause?.code === "string" ? cause.code : message;
    return { ok: false, status: 0, body: undefined, code: "", message: `No answer: ${why}.` };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
