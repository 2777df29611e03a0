import type { RotationSettings } from "../../src/domain/rotation-ports.ts";
import { secret } from "../../src/domain/secret.ts";
import { plusSeconds } from "../../src/domain/time.ts";
import type { FakePorts } from "../fakes/ports.ts";
import type { RotationLife } from "./rotation-life.ts";
import type { RotationMove } from "./rotation-moves.ts";
import {
  account,
  day,
  ids,
  password,
  type RotationStage,
  rotationStage,
} from "./rotation-stage.ts";

/** Of the account; the vault holds it beside the password. */
export const totpSeed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/** "unless it ends": it may have come to its own end before; "perhaps": it depends on what is looked at first. */
type Retirement = boolean | "unless it ends" | "perhaps";

/** One way in which a token comes to be renewed. */
export interface RotationFlow {
  readonly mode: "managed" | "assisted";
  readonly daysLeft: number;
  /** Whether the first token is Larder's to disable and delete. */
  readonly retires: Retirement;
  /** Whose token it is, where it is not the account's own. */
  readonly organization?: string;
  /** Seconds from `ask` in which nothing proves a new token; a grace later an old one may be revoked. */
  readonly unprovable?: number;
  readonly settings?: Partial<RotationSettings>;
  /** Before anything is disturbed. */
  readonly prepare?: (stage: RotationStage) => unknown;
  /** What somebody asks for. */
  readonly ask: (ports: FakePorts) => Promise<unknown>;
  /** What people do as time goes on. */
  readonly people?: (life: RotationLife) => Promise<void>;
  /** What a quiet day is to come by, among other things. */
  readonly moves: readonly RotationMove[];
  /** On a quiet day, newest first. */
  readonly ended: readonly ("done" | "failed")[];
}

/** The user name that ACR signs in with. */
export function userOf({ organization }: Pick<RotationFlow, "organization">): string {
  return organization ?? account;
}

/** The stage of a flow, with a second factor, and strangers enough for two pages of Docker's. */
export async function openStage(flow: RotationFlow): Promise<RotationStage> {
  const { daysLeft, organization, settings = {} } = flow;
  const stage = rotationStage({ daysLeft, settings, account: { totpSeed } });
  const { hub, shelf } = stage.ports;
  shelf.seed(ids.password.replace("-password", "-totp-seed"), totpSeed);
  await addStrangers(hub);
  const oldUuid =
    organization === undefined ? stage.oldUuid : joinOrganization(stage, organization, daysLeft);
  await flow.prepare?.(stage);
  return { ...stage, oldUuid };
}

/** The live secret holds a token of the organization; the account's own is a stranger. */
function joinOrganization({ ports }: RotationStage, name: string, daysLeft: number): string {
  const { hub, shelf, sets, clock } = ports;
  const expiresAt = plusSeconds(clock.now(), daysLeft * day);
  hub.addOrganization(name);
  const { uuid, value } = hub.addOrgToken(name, { label: "made by hand", expiresAt });
  shelf.seed(ids.username, name);
  shelf.seed(ids.live, value, { expiresAt });
  // Has ACR read them.
  sets.put("contoso", { name: "docker-hub" });
  return uuid;
}

/** Labels that look like ours, and are another set's or registry's, or nobody's. */
const strangers = [
  "larder contoso/docker-hub-2 mfzwizltovzwk4q2mfzwizlto4",
  "larder fabrikam/docker-hub mfzwizltovzwk4q2mfzwizlto4",
  "larder contoso/docker-hub",
  "larder",
  "Larder contoso/docker-hub mfzwizltovzwk4q2mfzwizlto4",
  ...Array.from({ length: 8 }, (_, index) => `ci ${index}`),
];

async function addStrangers(hub: FakePorts["hub"]): Promise<void> {
  const uuids = strangers.map((label) => hub.addToken(account, { label }).uuid);
  await setActive(hub, uuids[1] ?? "", false);
  await setActive(hub, uuids[7] ?? "", false);
}

/** By hand, on Docker's web site. */
export async function setActive(
  { accessTokens, logins }: FakePorts["hub"],
  uuid: string,
  active: boolean,
): Promise<void> {
  const answer = await logins.signIn(account, secret(password), secret(totpSeed));
  if (answer.kind !== "session") throw new Error("nobody could sign in");
  await accessTokens.setActive(answer.session, uuid, active);
}
