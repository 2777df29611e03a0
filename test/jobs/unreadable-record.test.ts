import { describe, expect, it } from "vitest";
import { rotationsJob, rotationsRan } from "../../src/domain/heartbeat-names.ts";
import { showCredentialSet } from "../../src/http/credential-set-body.ts";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { listCredentialSets, readCredentialSet } from "../../src/jobs/read-credential-set.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { rotateCredentialSet } from "../../src/jobs/rotate-credential-set.ts";
import { sweepRotations } from "../../src/jobs/sweep-rotations.ts";
import { aRecord } from "../contract/sample-rotation.ts";
import { tokensAtHub } from "./rotation-acts.ts";
import { ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

/* A newer version's record, or one that a hand has spoilt: it stops its own set, and nothing else. */

const problem = 'Row "spare" of registry "contoso" in table storage cannot be read (body).';

/** Beside the set of the stage, "spare", whose record cannot be read; ACR has it with a secret of its own unless told. */
async function torn({ ports }: RotationStage, secret = `${ids.live}-2`): Promise<void> {
  ports.sets.put("contoso", { name: "Spare", passwordSecretId: secret });
  await ports.rotations.write(aRecord("contoso", "spare"), undefined);
  ports.rotationTable.tear("contoso", "spare");
}

describe("a record that cannot be read", () => {
  it("does not keep the sweep from waking the worker for the others, but fails it", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.rotationQueue.take();
    await torn(stage);

    const failed = await sweepRotations(stage.ports).catch((error: unknown) => error);

    expect(failed).toMatchObject({
      message: `contoso: 1 credential sets renewed, 1 with something to do, RowUnreadable: ${problem}`,
      errors: [{ reason: "refused", problem: { code: "RowUnreadable", target: "spare" } }],
    });
    expect(stage.ports.rotationQueue.take()).toMatchObject([{ name: "docker-hub" }]);
    expect(await stage.ports.heartbeats.last(rotationsRan)).toBe("2026-11-21T02:00:00.000Z");
    expect(await stage.ports.heartbeats.last(rotationsJob)).toBeUndefined();
  });

  it("does not keep events of the vault from the others", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(7260);
    await torn(stage);

    const event = {
      type: "SecretNearExpiry" as const,
      vault: "contoso",
      host: "contoso.vault.azure.net",
    };
    const note = (secret: string) => noteSecretEvent(stage.ports, { ...event, secret });

    expect(await note("docker-hub-token")).toMatch(/: noted for contoso\/docker-hub$/);
    expect(await note("another")).toMatch(
      /: no token that Larder renews lies there, as far as its records can be read$/,
    );
  });

  it("is shown as what is wrong with its set, beside the others", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await torn(stage);

    const [first, second] = await listCredentialSets(stage.ports, "contoso");

    expect(first).toMatchObject({ name: "docker-hub", record: { name: "docker-hub" }, toDo: [] });
    const text = `Larder renews its token, but cannot read what it has recorded of it: nothing is done for it. ${problem}`;
    expect(second).toMatchObject({ name: "Spare", etag: "", toDo: [text], notes: [text] });
    expect(second?.record).toBeUndefined();
    expect(await readCredentialSet(stage.ports, "contoso", "SPARE")).toEqual(second);
  });

  it("is shown, too, where ACR has no such set", async () => {
    const stage = rotationStage();
    await torn(stage);
    stage.ports.sets.delete("contoso", "spare");

    const views = await listCredentialSets(stage.ports, "contoso");

    expect(views.map(({ name }) => name)).toEqual(["docker-hub", "spare"]);
    expect(
      showCredentialSet(await readCredentialSet(stage.ports, "contoso", "spare")),
    ).toMatchObject({ name: "spare", loginServer: "", notes: [expect.stringContaining(problem)] });
  });

  it("hides no operation of the others; of one that may stand in it, nobody says that there is none", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);
    const id = stage.record().rotations[0]?.id ?? "";
    await torn(stage);

    expect(await readOperation(stage.ports, id)).toMatchObject({ id, status: "Succeeded" });
    await expect(readOperation(stage.ports, "contoso-other")).rejects.toMatchObject({
      reason: "refused",
      problem: { code: "RowUnreadable", target: "id", message: expect.stringContaining(problem) },
    });
    await expect(readOperation(stage.ports, "fabrikam-other")).rejects.toMatchObject({
      reason: "missing",
    });
  });

  it("does not keep a set from being taken over that reads another secret", async () => {
    const stage = rotationStage();
    await torn(stage);

    await stage.adopt();

    expect(stage.record()).toMatchObject({ adoptedBy: "anna" });
  });

  it.each<[string, (stage: RotationStage) => Promise<void>]>([
    ["its set reads the same secret", (stage) => torn(stage, ids.live)],
    [
      "ACR does not say what its set reads",
      async (stage) => {
        await torn(stage);
        stage.ports.sets.delete("contoso", "spare");
      },
    ],
  ])("keeps a set from being taken over when %s", async (_case, given) => {
    const stage = rotationStage();
    await given(stage);

    await expect(stage.adopt()).rejects.toMatchObject({
      reason: "unavailable",
      problem: {
        code: "SecretMayBeRenewedAlready",
        target: "passwordSecretId",
        message: `Whether credential set "spare" of contoso has the same secret renewed cannot be told. ${problem}`,
      },
    });
    expect(stage.ports.rotationTable.find("contoso", "docker-hub")).toBeUndefined();
  });

  it("keeps old tokens from being revoked, which it may hold", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);
    await torn(stage);

    for (let hour = 0; hour < 12 * 24; hour += 1) {
      stage.ports.clock.advance(3600);
      await expect(sweepRotations(stage.ports)).rejects.toThrow(problem);
      for (const message of stage.ports.rotationQueue.take())
        await rotateCredentialSet(stage.ports, message);
    }

    expect(tokensAtHub(stage)).toContain(stage.oldUuid);
    const message = expect.stringContaining('credential set "spare" of contoso');
    expect(stage.record().rotations).toMatchObject([
      { state: "quiesced", hold: { code: "OldTokenShared", message } },
    ]);
  });
});
