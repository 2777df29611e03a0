import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { TokenCredential } from "@azure/identity";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { clock } from "../local/clock.ts";
import { type Faults, faults as makeFaults } from "../local/faults.ts";
import { type LocalIdentity, localIdentity } from "../local/identity/identity.ts";
import { type RequestLog, requestLog } from "../local/request-log.ts";
import { type Listener, listen } from "../local/service.ts";
import { authority } from "../local/tls.ts";
import { type EventTopic, eventTopic, topicPath } from "../local/topic/event-topic.ts";

/** A topic on a real socket whose certificate this process trusts. */
export interface TopicStage {
  readonly topic: EventTopic;
  readonly identity: LocalIdentity;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly ca: string;
  /** Of the listener, without path. */
  readonly url: string;
  /** As the setting EVENT_TOPIC has it. */
  readonly endpoint: string;
  /** Tokens of a principal, the app's own when none is named. */
  credential(principalId?: string): TokenCredential;
}

/** The stage for the tests of a file, with an empty topic, no faults and no counts before each. */
export function topicStage(): () => TopicStage {
  let listener: Listener;
  let stage: TopicStage;
  beforeAll(async () => {
    const identity = localIdentity(clock());
    const certificate = await authority([]);
    const { ca } = certificate;
    const around = { faults: makeFaults(), log: requestLog(), delayMs: 0 };
    const held = eventTopic(identity);
    listener = await listen(held.service, around, { certificate });
    setDefaultCACertificates([...getCACertificates("default"), ca]);
    stage = {
      ...around,
      topic: held,
      identity,
      ca,
      url: listener.url,
      endpoint: listener.url + topicPath,
      credential: (principalId = identity.appPrincipalId) => ({
        getToken: async (scopes) => ({
          token: identity.issue(principalId, [scopes].flat()[0]?.replace("/.default", "") ?? ""),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      }),
    };
  });
  afterAll(() => listener.close());
  beforeEach(() => {
    stage.topic.clear();
    stage.topic.switches.publicNetworkAccess = true;
    stage.faults.clear();
    stage.log.clear();
  });
  return () => stage;
}
