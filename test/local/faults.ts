import { findUpstream } from "../../src/domain/upstream.ts";
import type { Answer, Call } from "./service.ts";

/** A fault to inject, as `POST /faults` takes it. */
export interface Fault {
  /** Service name ("arm", "acr", "vault", "topic", "identity", "docker-hub", "upstream") or a host ("docker.io", "auth.docker.io"). */
  readonly where: string;
  /** Regular expression on "METHOD /path?query"; absent matches every request. */
  readonly match?: string | undefined;
  /**
   * A status ("429", "500", "424", …) · "drop" (connection closed, nothing done) ·
   * "lose" (done, but the answer is lost) · "slow" (5 s late) · any name the service itself
   * understands (it asks with `Faults.active`).
   */
  readonly kind: string;
  /** How many requests it hits; absent: until removed. */
  readonly times?: number | undefined;
  /** Seconds, for a status: sent as Retry-After. */
  readonly retryAfter?: number | undefined;
}

interface Hit {
  readonly delayMs?: number;
  readonly drop?: "before" | "after";
  readonly answer?: Answer;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** The wire fault that hits this call, if any; uses one of its `times`. */
  take(service: string, call: Call): Hit | undefined;
  /**
   * Has every request told before anything is done with it, until the returned function is called; one for which the
   * listener answers true finds its connection closed, nothing done.
   */
  before(listener: (service: string, call: Call) => boolean): () => void;
  /** Whether a fault of a service's own kind hits; uses one of its `times`. */
  active(service: string, kind: string, call: Call): boolean;
}

/** Faults held in memory. Registry and Azure services word a bare status in their own way: `body` picks. */
export function faults(): Faults {
  let held: { fault: Fault; left: number }[] = [];
  const listeners = new Set<(service: string, call: Call) => boolean>();
  const hit = (
    service: string,
    call: Call,
    wanted: (kind: string) => boolean,
  ): Fault | undefined => {
    const line = `${call.method} ${call.path}${call.query.size > 0 ? `?${call.query.toString()}` : ""}`;
    const found = held.find(
      ({ fault }) =>
        wanted(fault.kind) &&
        strikes(fault, service, call.host) &&
        (fault.match === undefined || new RegExp(fault.match).test(line)),
    );
    if (!found) return undefined;
    found.left -= 1;
    held = held.filter(({ left }) => left > 0);
    return found.fault;
  };
  return {
    add: (fault) => void held.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      held = [];
    },
    list: () =>
      held.map(({ fault, left }) => ({ ...fault, ...(Number.isFinite(left) && { times: left }) })),
    before(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    take(service, call) {
      for (const listener of listeners) if (listener(service, call)) return { drop: "before" };
      const fault = hit(service, call, (kind) => /^(\d{3}|drop|lose|slow)$/.test(kind));
      if (!fault) return undefined;
      if (fault.kind === "drop") return { drop: "before" };
      if (fault.kind === "lose") return { drop: "after" };
      if (fault.kind === "slow") return { delayMs: 5000 };
      return { answer: statusAnswer(service, fault) };
    },
    active: (service, kind, call) => hit(service, call, (held) => held === kind) !== undefined,
  };
}

/** A fault names a service or a host; an upstream also by its login server ("docker.io" for registry-1.docker.io). */
function strikes({ where }: Fault, service: string, host: string): boolean {
  return where === service || where === host || findUpstream(where)?.registryHost === host;
}

const words: Record<string, string> = {
  "401": "UNAUTHORIZED",
  "403": "DENIED",
  "404": "NOT_FOUND",
  "429": "TOOMANYREQUESTS",
};

/** The same in ARM's, Key Vault's and Event Grid's words. */
const azureWords: Record<string, string> = {
  "401": "Unauthorized",
  "403": "AuthorizationFailed",
  "404": "ResourceNotFound",
  "409": "AnotherOperationInProgress",
  "429": "TooManyRequests",
  "500": "InternalServerError",
  "503": "ServerBusy",
};

function statusAnswer(service: string, fault: Fault): Answer {
  const message = `fault injected: ${fault.kind}`;
  const azure = ["arm", "vault", "topic"].includes(service);
  const code = (azure ? azureWords : words)[fault.kind] ?? "UNKNOWN";
  return {
    status: Number(fault.kind),
    headers: fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) },
    body: azure ? { error: { code, message } } : { errors: [{ code, message }] },
  };
}
