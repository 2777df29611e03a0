import { upstreams } from "../../../src/domain/upstream.ts";
import { dockerHubFaults } from "../docker-hub/knobs.ts";
import { upstreamFaults } from "../upstream/own-faults.ts";

/** Faults that work everywhere, because the listener itself plays them. */
export const wireFaults = {
  "200 … 599": "That status at once, nothing done; retryAfter adds Retry-After",
  drop: "The connection is closed, nothing done",
  lose: "Done, but the answer is lost",
  slow: "Answered five seconds late",
} as const;

/** By service: what it understands besides the wire faults. */
export const serviceFaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  acr: {
    "source-unauthorized": "A pull through a rule fails as if upstream refused the login",
    "source-throttled": "A pull through a rule fails as if upstream said 429",
    "source-failed": "A pull through a rule fails with 424",
    "source-bad-gateway": "A pull through a rule fails with 502",
  },
  arm: { "operation-fails": "The operation that a request starts ends as Failed" },
  "docker-hub": dockerHubFaults,
  identity: {},
  topic: {},
  upstream: upstreamFaults,
  vault: {},
};

const hostNames = upstreams.flatMap((one) => [
  one.loginServer,
  ...[one.registryHost ?? []].flat(),
  ...(one.realmHosts ?? []),
  ...(one.aliases ?? []),
]);

/** What is wrong with the place or the kind of a fault, as a sentence; undefined when nothing is. */
export function faultProblem(where: string, kind: string): string | undefined {
  const own = serviceFaults[where];
  const isHost = hostNames.includes(where) || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(where);
  if (!own && !isHost)
    return `"where" is a service (${Object.keys(serviceFaults).join(", ")}) or an upstream host, not "${where}".`;
  const named = Object.keys(own ?? upstreamFaults);
  if (/^([2-5]\d\d|drop|lose|slow)$/.test(kind) || named.includes(kind)) return undefined;
  return `"${where}" knows no fault "${kind}". It knows: a status, drop, lose, slow${named.map((one) => `, ${one}`).join("")}.`;
}
