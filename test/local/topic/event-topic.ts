import type { LocalIdentity } from "../identity/identity.ts";
import type { Call, Service } from "../service.ts";
import { type CloudEvent, readEvents } from "./cloud-events.ts";
import {
  badRequest,
  networkClosed,
  noSuchPath,
  noToken,
  notASender,
  tooLarge,
  wrongMethod,
} from "./refusals.ts";

/** An Event Grid custom topic that takes CloudEvents and keeps them; it has no subscriptions. */
export interface EventTopic {
  readonly service: Service;
  /** May be changed at any time. `publicNetworkAccess` false: everybody is turned away, as by the topic's firewall. */
  readonly switches: { publicNetworkAccess: boolean };
  /** All that was taken, in the order it came; one that was sent twice is there twice. */
  events(): readonly CloudEvent[];
  /** Forgets them. */
  clear(): void;
  /** For GET /state: counts by type, and the latest events. */
  state(): unknown;
}

/** Where a topic takes events. */
export const topicPath = "/api/events";
const apiVersion = "2018-01-01";
const audience = "https://eventgrid.azure.net";
/** Of one request, bytes. */
const largest = 1_048_576;
const shown = 20;

/** Only the app's own identity has the role "EventGrid Data Sender". */
export function eventTopic(identity: Pick<LocalIdentity, "verify" | "appPrincipalId">): EventTopic {
  let kept: readonly CloudEvent[] = [];
  const switches = { publicNetworkAccess: true };
  return {
    service: {
      name: "topic",
      endpoint: ({ method, path }) => (path === topicPath ? `${method} ${topicPath}` : "other"),
      answer(call) {
        if (call.path !== topicPath) noSuchPath();
        if (call.method !== "POST") wrongMethod();
        if (!switches.publicNetworkAccess) networkClosed();
        admit(call, identity);
        kept = [...kept, ...readEvents(call.body)];
        return { status: 200 };
      },
    },
    switches,
    events: () => kept,
    clear: () => {
      kept = [];
    },
    state: () => ({ taken: countByType(kept), latest: kept.slice(-shown) }),
  };
}

function admit(
  { headers, query, body }: Call,
  { verify, appPrincipalId }: Pick<LocalIdentity, "verify" | "appPrincipalId">,
): void {
  const principalId = verify(headers.authorization, audience);
  if (principalId === undefined) noToken();
  if (principalId !== appPrincipalId) notASender();
  const version = query.get("api-version");
  if (version !== apiVersion) badRequest(`The api-version '${version}' is not ${apiVersion}.`);
  const type = headers["content-type"] ?? "";
  if (!/^application\/cloudevents-batch\+json *(;|$)/i.test(type))
    badRequest(`A topic with the schema CloudEventSchemaV1_0 does not take '${type}' here.`);
  if (body.length > largest) tooLarge(largest);
}

function countByType(events: readonly CloudEvent[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
