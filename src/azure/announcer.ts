import type { SendCloudEventInput } from "@azure/eventgrid";
import type { TokenCredential } from "@azure/identity";
import { type Announcement, severityOf } from "../domain/announcement.ts";
import { logLine, toldName, type WriteLine } from "../domain/log-line.ts";
import type { Announcer } from "../domain/rotation-ports.ts";
import { mustBeThere } from "./absence.ts";
import { ask, noSdkRetries } from "./ask.ts";

interface Options {
  /** Address of an Event Grid topic that takes CloudEvents: "https://….eventgrid.azure.net/api/events". Absent: log lines only. */
  readonly topic?: string | undefined;
  readonly credential: TokenCredential;
  readonly write: WriteLine;
}

const levels = { info: "log", warning: "warn", alarm: "error" } as const;

/** One request takes 1 MiB; an announcement is about one KiB. */
const batchSize = 50;

/** Log lines "Larder.TokenExpiresSoon {…}", and CloudEvents of that type where a topic is set. */
export function announcer({ topic, credential, write }: Options): Announcer {
  const publish = topic === undefined ? undefined : publisher(topic, credential);
  return {
    async announce(announcements) {
      for (const one of announcements) {
        const data = dataOf(one);
        write(levels[severityOf(one)], logLine(one.name, data, Object.keys(data)));
      }
      for (let at = 0; publish && at < announcements.length; at += batchSize)
        await publish(announcements.slice(at, at + batchSize).map(eventOf));
    },
  };
}

type Event = SendCloudEventInput<Data>;

/** Sends one batch. The SDK is loaded with the first: most starts need none of it. */
function publisher(topic: string, credential: TokenCredential): (events: Event[]) => Promise<void> {
  let connecting: ReturnType<typeof connect> | undefined;
  return async (events) => {
    connecting ??= connect(topic, credential);
    const client = await connecting;
    try {
      await ask(`publish events at ${topic}`, (abortSignal) =>
        client.send(events, { abortSignal }),
      );
    } catch (error) {
      throw mustBeThere(error);
    }
  };
}

async function connect(topic: string, credential: TokenCredential) {
  const { EventGridPublisherClient } = await import("@azure/eventgrid");
  return new EventGridPublisherClient(topic, "CloudEvent", credential, {
    retryOptions: noSdkRetries,
  });
}

interface Data extends Omit<Announcement, "name"> {
  readonly severity: ReturnType<typeof severityOf>;
}

/** Named one by one, so that nothing else ever gets out. */
function dataOf(told: Announcement): Data {
  const { id, at, registry, credentialSet, message, rotation, tokenUuid, daysLeft } = told;
  const severity = severityOf(told);
  return { id, at, registry, credentialSet, severity, message, rotation, tokenUuid, daysLeft };
}

function eventOf(told: Announcement): Event {
  const { id, at, registry, credentialSet } = told;
  return {
    id,
    type: toldName(told.name),
    source: `/larder/registries/${registry}/credentialSets/${credentialSet}`,
    subject: credentialSet,
    time: new Date(at),
    data: dataOf(told),
  };
}
