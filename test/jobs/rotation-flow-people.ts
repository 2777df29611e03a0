import type { Rotation, RotationState } from "../../src/domain/rotation.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import { setActive } from "./rotation-flow.ts";
import type { RotationLife } from "./rotation-life.ts";
import { account, day, ids } from "./rotation-stage.ts";
import { heal, refuseLive, refuseNewTokens } from "./rotation-troubles.ts";

/*
 * What people do in the life of one credential set. They act when no worker is at it, or when one has stood still for long.
 */

/** Label of the tokens that people make in the course of a life. */
export const byAPerson = "by a person";

function first({ ports }: RotationLife): RotationState | undefined {
  return ports.rotationTable.find("contoso", "docker-hub")?.rotations[0]?.state;
}

/** Whoever is told that a token is needed makes one and puts it into the pending secret. */
export async function placeToken(life: RotationLife): Promise<void> {
  const { ports } = life;
  if (first(life) !== "waiting" || ports.shelf.find(ids.pending) !== undefined) return;
  putToken(life, ids.pending, 365);
}

/** Returns the version's name. */
function putToken({ ports, user }: RotationLife, secretId: string, days: number): string {
  const { hub, shelf, clock } = ports;
  const expiresAt = plusSeconds(clock.now(), days * day);
  const wish = { label: byAPerson, expiresAt };
  const made = user === account ? hub.addToken(user, wish) : hub.addOrgToken(user, wish);
  return shelf.seed(secretId, made.value, { expiresAt });
}

/** Somebody has an end put to the trouble. */
export function healAfter(seconds: number): (life: RotationLife) => Promise<void> {
  return async ({ ports, startedAt }) => {
    if (plusSeconds(startedAt, seconds) <= ports.clock.now()) heal(ports);
  };
}

/**
 * Somebody who cannot wait puts a token of their own into the live secret while the first rotation is in a state, and the trouble
 * is over. It is due to be renewed soon.
 */
export function writeLive(state: RotationState): (life: RotationLife) => Promise<void> {
  return async (life) => {
    if (first(life) !== state || life.deeds.has("write")) return;
    life.deeds.set("write", putToken(life, ids.live, 20));
    heal(life.ports);
  };
}

/** ACR refuses the second rotation's token once that is live; when that is over, and so many seconds have gone, nothing is wrong any more. */
export function refuseSecond(seconds: number): (life: RotationLife) => Promise<void> {
  return async (life) => {
    const { ports, deeds } = life;
    const record = ports.rotationTable.find("contoso", "docker-hub");
    const second = record?.rotations[1];
    if (isLive(second) && !deeds.has("refuse")) {
      deeds.set("refuse", second.id);
      refuseLive(ports);
    }
    if (second === undefined && record?.asked === undefined) await healAfter(seconds)(life);
  };
}

/** ACR refuses both tokens that are not proved once the second is live, until so many seconds have gone. */
export function refuseBoth(seconds: number): (life: RotationLife) => Promise<void> {
  return async (life) => {
    const { ports, deeds } = life;
    const record = ports.rotationTable.find("contoso", "docker-hub");
    if (isLive(record?.rotations[1]) && !deeds.has("refuse")) {
      deeds.set("refuse", "both");
      refuseNewTokens(ports, seconds);
    }
    await healAfter(seconds)(life);
  };
}

function isLive(rotation: Rotation | undefined): rotation is Rotation {
  return rotation?.state === "promoted" || rotation?.state === "unproved";
}

/** Somebody disables the first token by hand, as soon as ACR has read the next one. */
export async function disableFirst(life: RotationLife): Promise<void> {
  const { ports, stage, watch, deeds } = life;
  const live = ports.shelf.find(ids.live);
  const isRead = ports.sets.credentialsOf("contoso", "docker-hub")?.password === live;
  if (first(life) !== "promoted" || !isRead || deeds.has("disable")) return;
  deeds.set("disable", stage.oldUuid);
  await watch.byHand(() => setActive(ports.hub, stage.oldUuid, false));
}
