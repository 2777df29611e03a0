import type { Timestamp } from "../../src/domain/time.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { ids } from "./rotation-stage.ts";

/*
 * What is wrong with ACR or Docker Hub while a rotation is under way, all of it for so many seconds from now.
 */

const refused = {
  status: "Unhealthy",
  errorCode: "sim:LoginRefused",
  errorMessage: "no",
} as const;

/** ACR signs in as ever, and calls the set unhealthy where it does not like the token all the same. */
function likesOnly(ports: FakePorts, likes: (uuid: string | undefined) => boolean): void {
  const { sets, hub } = ports;
  sets.watchHealth((registry, { name }) => {
    const login = sets.credentialsOf(registry, name);
    const taken = login && hub.use(login.username, login.password);
    return taken && likes(hub.uuidOf(login.password)) ? { status: "Healthy" } : refused;
  });
}

function until({ clock }: FakePorts, seconds: number): () => boolean {
  const end: Timestamp = plusSeconds(clock.now(), seconds);
  return () => clock.now() >= end;
}

/** ACR calls the set unhealthy with any token but the first, which Docker Hub takes all the same. */
export function refuseNewTokens(ports: FakePorts, seconds: number): void {
  const first = ports.hub.uuidOf(ports.shelf.versions(ids.live)[0]?.value ?? "");
  const isOver = until(ports, seconds);
  likesOnly(ports, (uuid) => uuid === first || isOver());
}

/** ACR calls the set unhealthy with the token that the live secret holds now, which Docker Hub takes all the same. */
export function refuseLive(ports: FakePorts): void {
  const newest = ports.hub.uuidOf(ports.shelf.find(ids.live) ?? "");
  likesOnly(ports, (uuid) => uuid !== newest);
}

/** ACR calls the set unhealthy with whatever token, and signs in all the same (Azure/acr#779). */
export function callUnhealthy(ports: FakePorts, seconds: number): void {
  likesOnly(ports, until(ports, seconds));
}

/** Nothing is wrong any more. */
export function heal(ports: FakePorts): void {
  likesOnly(ports, () => true);
  ports.hub.knobs.lastUsedLagSeconds = 0;
  ports.hub.knobs.newTokenDelaySeconds = 0;
}

/** For so long ACR goes on with what it holds of a token that was disabled, seconds (facts/acr.md section 0). */
const heldByAcr = 300;

/** ACR does worse without the first token, soon after that was disabled. */
export function missFirstToken(ports: FakePorts, seconds: number): void {
  const { hub, shelf, clock } = ports;
  const first = hub.uuidOf(shelf.find(ids.live) ?? "");
  const isOver = until(ports, seconds);
  likesOnly(ports, () => {
    const last = hub.log.findLast(({ uuid }) => uuid === first);
    const missed = last?.kind === "disabled" && plusSeconds(last.at, heldByAcr) <= clock.now();
    return !missed || isOver();
  });
}
