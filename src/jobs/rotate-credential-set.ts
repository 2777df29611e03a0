import { isReason, LarderError } from "../domain/errors.ts";
import type { RotationMessage } from "../domain/messages.ts";
import { nextAtOf, planRotation } from "../domain/plan-rotation.ts";
import { runningRotation } from "../domain/rotation.ts";
import { secondsBetween } from "../domain/time.ts";
import { isUnknown } from "./begin-rotation.ts";
import { hubSessions } from "./hub-session.ts";
import { lookAtSet } from "./look-at-set.ts";
import { isChanged, isLeaseLost, type RotationDesk, takeRotationDesk } from "./rotation-desk.ts";
import { lookFailed, stepFailed, stepped } from "./rotation-journal.ts";
import type { RotationPorts, RotationSite } from "./rotation-site.ts";
import { checkSharing } from "./secret-sharers.ts";
import { stepRotation } from "./step-rotation.ts";
import { hasToTell, tellRotations } from "./tell-rotations.ts";

/** Steps in one run; the rest goes into a further message. */
const mostSteps = 40;
/** What is further away than this is left to the sweep, seconds. */
const soon = 7200;

/**
 * Takes a credential set's rotation as far as it goes now. Answers a line for the log. Repeats are
 * harmless, and of two at once the second leaves. When what is renewed is changed under way it begins anew with a further message.
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
  if (planRotation(value, now).do === "nothing" && !hasToTell(value, now))
    return `${who}: nothing to do before ${value.nextAt}`;
  const desk = await takeRotationDesk(ports, registry, name);
  if (!desk) return `${who}: not renewed by Larder`;
  if ("busyUntil" in desk) {
    await ports.rotationOutbox.send(message, Math.max(1, secondsBetween(now, desk.busyUntil) + 1));
    return `${who}: another worker is at it`;
  }
  try {
    const worked = await work({ ports, desk, hub: hubSessions(ports, () => desk.record()) });
    const untold = await tellRotations(ports, desk);
    // A message that finds nothing to do is the end of its chain: what comes next has a message of its own, or the sweep.
    if (worked) await followUp(ports, message, desk, untold);
  } catch (error) {
    if (!isChanged(error)) throw error;
    await wake(ports, registry, name);
    return `${who}: what is to be renewed was changed meanwhile`;
  } finally {
    // Also after a bug, so that the next try need not wait for the lease.
    await desk.release().catch(() => undefined);
  }
  return `${who}: ${summary(desk)}`;
}

/** false: there was nothing to do. */
async function work(site: RotationSite): Promise<boolean> {
  for (let count = 0; count < mostSteps; count += 1) {
    const { ports, desk } = site;
    const task = planRotation(desk.record(), ports.ambient.now());
    if (task.do === "nothing") return count > 0;
    // The lease begins anew with every step's write; a step is begun only with all of it.
    if (task.do === "look") await look(site);
    else await step(site, task.rotation);
  }
  return true;
}

/** Seconds that a request may wait for Docker Hub's answer before somebody is told. */
const askedPatience = 3600;

async function look(site: RotationSite): Promise<void> {
  const { ports, desk } = site;
  const startedAt = ports.ambient.now();
  const { hold } = desk.record();
  try {
    await checkSharing(ports, desk.record());
    await lookAtSet(site);
  } catch (error) {
    if (!(error instanceof LarderError) || isLeaseLost(error)) throw error;
    await desk.write(lookFailed(ports, desk.record(), startedAt, error));
  }
  const record = desk.record();
  const stands = record.asked && !record.hold && !runningRotation(record);
  if (!stands || !isUnknown(record.live, startedAt)) return;
  const held = { ...record, hold };
  await desk.write(lookFailed(ports, held, startedAt, notIdentified(), askedPatience));
}

function notIdentified(): LarderError {
  return new LarderError("unavailable", {
    code: "LiveTokenUnknown",
    message:
      "A rotation was asked for, and cannot begin before Docker Hub says whose token the live secret holds: nobody could retire that one later. It is asked again.",
  });
}

async function step(
  site: RotationSite,
  rotation: Parameters<typeof stepRotation>[1],
): Promise<void> {
  const { ports, desk } = site;
  // A step may have written into its own journal.
  const present = () => desk.record().rotations.find(({ id }) => id === rotation.id) ?? rotation;
  const change = await stepRotation(site, rotation).then(
    (outcome) => stepped(ports, desk.record(), present(), outcome),
    (error: unknown) => {
      if (!(error instanceof LarderError) || isLeaseLost(error)) throw error;
      return stepFailed(ports, desk.record(), present(), error);
    },
  );
  await desk.write(change);
}

/**
 * The next message, for what comes soon, and one for what is new and could not be told; what is lost of these is replaced by the
 * sweep, which also tells what is older.
 */
async function followUp(
  ports: RotationPorts,
  message: RotationMessage,
  desk: RotationDesk,
  untold: boolean,
): Promise<void> {
  const now = ports.ambient.now();
  const record = desk.record();
  const tellAt = untold && record.tellAfter !== undefined ? [record.tellAfter] : [];
  for (const at of [nextAtOf(record), ...tellAt]) {
    const seconds = Math.max(1, Math.ceil(secondsBetween(now, at)));
    if (seconds <= soon) await ports.rotationOutbox.send(message, seconds);
  }
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
