import type { Rotation } from "../domain/rotation.ts";
import { plusSeconds } from "../domain/time.ts";
import { tokenInstructions } from "../domain/token-instructions.ts";
import { waitingToken } from "./begin-rotation.ts";
import { confirmToken } from "./confirm-token.ts";
import { createToken } from "./create-token.ts";
import { discardToken } from "./discard-token.ts";
import { promoteToken } from "./promote-token.ts";
import { retireToken } from "./retire-token.ts";
import { rollBackToken } from "./roll-back-token.ts";
import type { RotationSite, StepOutcome } from "./rotation-site.ts";
import { freshToken, testToken } from "./test-token.ts";

/** Takes a rotation one step on from where its journal says it is. Any step may be run again from its beginning. */
export async function stepRotation(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  switch (rotation.state) {
    case "waiting":
      return awaitToken(site, rotation);
    case "creating":
      return createToken(site, rotation);
    case "stored":
      return testToken(site, rotation);
    case "tested":
      return promoteToken(site, rotation);
    case "promoted":
    case "unproved":
      return confirmToken(site, rotation);
    case "rollingBack":
      return rollBackToken(site, rotation);
    case "discarding":
      return discardToken(site, rotation);
    case "confirmed":
    case "quiesced":
    case "disabled":
      return retireToken(site, rotation);
    case "done":
    case "failed":
      return { change: {} };
  }
}

/** Seconds until the pending secret is looked into again, should its event be lost. */
const hourly = 3600;

/** waiting → stored, once a person has put a token into the pending secret; → creating, where nobody has to any more. */
async function awaitToken(site: RotationSite, rotation: Rotation): Promise<StepOutcome> {
  const { ports, desk } = site;
  const record = desk.record();
  const secret = await ports.secrets.get(record.passwordSecretId);
  const found = await waitingToken(site, { secret, identity: undefined });
  if (found) return { change: { ...freshToken, state: "stored", pendingVersion: found.version } };
  // Somebody wrote the live secret by hand: that is a renewal, too.
  if (secret?.version !== rotation.oldVersion)
    return {
      change: {
        state: "failed",
        failure: {
          code: "LiveSecretChanged",
          message: "Somebody wrote the live secret by hand meanwhile.",
        },
      },
      record: { lookAt: ports.ambient.now() },
    };
  // Somebody has put Larder itself in charge meanwhile.
  if (record.policy.mode === "managed") return { change: { state: "creating" } };
  return {
    change: { nextAt: plusSeconds(ports.ambient.now(), hourly) },
    hold: { code: "TokenNeeded", message: tokenInstructions(record), tell: "TokenNeeded" },
  };
}
