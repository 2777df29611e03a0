import { isReason, LarderError } from "../domain/errors.ts";
import type { RotationMessage } from "../domain/messages.ts";
import { nextAtOf, planRotation } from "../domain/plan-rotation.ts";
import { plusSeconds, secondsBetween } from "../domain/time.ts";
import { hubSessions } from "./hub-session.ts";
import { lookAtSet } from "./look-at-set.ts";
import { isLeaseLost, type RotationDesk, takeRotationDesk } from "./rotation-desk.ts";
import { lookFailed, stepFailed, stepped } from "./rotation-journal.ts";
import type { RotationPorts, RotationSite } from "./rotation-site.ts";
import { stepRotation } from "./step-rotation.ts";
import { tellRotations } from "./tell-rotations.ts";

/** Steps in one run; the rest goes into a further message. */
const mostSteps = 40;
/** What could not be told is tried once more after this, seconds; then by the sweep. */
const tellAgain = 900;
/** What is further away than this is left to the sweep, seconds. */
const soon = 7200;

/**
 * Takes a credential set's rotation as far as it goes now. Answers a line for the log. Repeats are
 * harmless, and of two at once the second leaves.
 */
export async function rotateCredentialSet(
  ports: RotationPorts,
  message: RotationMessage,
): Promise<string> {
  const { registry, name } = message;
  const who = `${registry}/${name}`;
  const stored = await ports.rotations.get(registry, name);
  if (!stored) return `${who}: not renewed by Larder`;
  const { value } = stored;
  const now = ports.ambient.now();
  if (nextAtOf(value) > now && value.unsaid.length + value.unpublished.length === 0)
    return `${who}: nothing to do before ${value.nextAt}`;
  const desk = await takeRotationDesk(ports, registry, name);
  if (!desk) return `${who}: not renewed by Larder`;
  if ("busyUntil" in desk) {
    await ports.rotationOutbox.send(message, Math.max(1, secondsBetween(now, desk.busyUntil) + 1));
    return `${who}: another worker is at it`;
  }
  try {
    await work({ ports, desk, hub: hubSessions(ports, () => desk.record()) });
    await tellRotations(ports, desk);
    await followUp(ports, message, desk);
  } finally {
    // Also after a bug, so that the next try need not wait for the lease.
    await desk.release().catch(() => undefined);
  }
  return `${who}: ${summary(desk)}`;
}

async function work(site: RotationSite): Promise<void> {
  for (let count = 0; count < mostSteps; count += 1) {
    const { ports, desk } = site;
    const task = planRotation(desk.record(), ports.ambient.now());
    if (task.do === "nothing") return;
    // The lease begins anew with every step's write; a step is begun only with all of it.
    if (task.do === "look") await look(site);
    else await step(site, task.rotation);
  }
}

async function look(site: RotationSite): Promise<void> {
  const { ports, desk } = site;
  const startedAt = ports.ambient.now();
  try {
    await lookAtSet(site);
  } catch (error) {
    if (!(error instanceof LarderError) || isLeaseLost(error)) throw error;
    await desk.write(lookFailed(ports, desk.record(), startedAt, error));
  }
}

async function step(
  site: RotationSite,
  rotation: Parameters<typeof stepRotation>[1],
): Promise<void> {
  const { ports, desk } = site;
  const change = await stepRotation(site, rotation).then(
    (outcome) => stepped(ports, desk.record(), rotation, outcome),
    (error: unknown) => {
      if (!(error instanceof LarderError) || isLeaseLost(error)) throw error;
      return stepFailed(ports, desk.record(), rotation, error);
    },
  );
  await desk.write(change);
}

/** The next message, for what comes soon; one that is lost is replaced by the sweep. */
async function followUp(
  ports: RotationPorts,
  message: RotationMessage,
  desk: RotationDesk,
): Promise<void> {
  const now = ports.ambient.now();
  const record = desk.record();
  const next = nextAtOf(record);
  const tellAt = plusSeconds(now, tellAgain);
  // Only what is new: else every message of the sweep would begin a chain of messages that ends with the topic's fault.
  const fresh = record.unpublished.some(({ at: of }) => secondsBetween(of, now) < tellAgain);
  const at = fresh && tellAt < next ? tellAt : next;
  const seconds = Math.max(1, Math.ceil(secondsBetween(now, at)));
  if (seconds <= soon) await ports.rotationOutbox.send(message, seconds);
}

function summary(desk: RotationDesk): string {
  const { rotations, hold, nextAt } = desk.record();
  const states = rotations.map(({ id, state, hold: held }) =>
    held ? `${id} ${state} (${held.code})` : `${id} ${state}`,
  );
  const parts = [...(hold ? [hold.code] : []), ...states];
  return `${parts.join(", ") || "nothing under way"}; next ${nextAt}`;
}

/** For callers that must not fail because a message could not be sent: the sweep finds what is recorded. */
export async function wake(
  ports: Pick<RotationPorts, "rotationOutbox">,
  registry: string,
  name: string,
): Promise<void> {
  try {
    await ports.rotationOutbox.send({ kind: "rotate-credential-set", registry, name }, 0);
  } catch (error) {
    if (!isReason(error, "unavailable")) throw error;
  }
}
