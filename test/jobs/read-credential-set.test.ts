import { describe, expect, it } from "vitest";
import { listCredentialSets, readCredentialSet } from "../../src/jobs/read-credential-set.ts";
import { liveUntil } from "./rotation-acts.ts";
import { day, type RotationStage, rotationStage } from "./rotation-stage.ts";

const read = ({ ports }: RotationStage, name = "docker-hub") =>
  readCredentialSet(ports, "contoso", name);

describe("reading a credential set", () => {
  it("tells health, days left, state, and what comes next and when", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(60);

    expect(await read(stage, "DOCKER-HUB")).toMatchObject({
      registry: "contoso",
      name: "docker-hub",
      set: { health: { status: "Healthy" } },
      access: { state: "granted", commands: [] },
      daysLeft: 79,
      state: "The live token works, and ends in 79 days.",
      next: { what: "renew the token", at: "2027-01-10T02:00:00.000Z" },
      toDo: [],
    });
  });

  it("tells of a new token in use what becomes of the old one", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await stage.live(3600);

    expect(await read(stage)).toMatchObject({
      daysLeft: 89,
      state: `The live token works, and ends in 89 days. The old token ${stage.oldUuid} is still valid.`,
      next: {
        what: `disable the old token ${stage.oldUuid}, if nobody has used it by then`,
        at: "2026-11-22T02:00:20.000Z",
      },
    });
    await stage.live(2 * day);
    expect(await read(stage)).toMatchObject({
      next: { what: `delete the old token ${stage.oldUuid}`, at: "2026-11-29T02:00:20.000Z" },
    });
  });

  it("tells what a person is to do while something keeps a rotation from going on", async () => {
    const stage = rotationStage();
    stage.ports.hub.knobs.maxTokens = 1;
    await stage.adopt();
    await stage.live(60);

    expect(await read(stage)).toMatchObject({
      state:
        "The live token works, and ends in 4 days. A rotation is making a new token. Something keeps it from going on.",
      next: { what: "try again: make the new token and write it into the pending secret" },
      toDo: [
        expect.stringMatching(
          /^Docker Hub makes no token: token_label: maximum number .* delete one that nobody needs at /,
        ),
      ],
    });
  });

  it("shows a set that Larder does not renew as ACR has it", async () => {
    const view = await read(rotationStage());

    expect(view).toMatchObject({ name: "docker-hub", etag: "", toDo: [] });
    expect(view.record).toBeUndefined();
    expect(view.state).toBeUndefined();
  });

  it("shows one that was deleted in ACR with what Larder knows", async () => {
    const stage = rotationStage();
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    stage.ports.sets.delete("contoso", "docker-hub");

    const view = await read(stage);

    expect(view.set).toBeUndefined();
    expect(view).toMatchObject({ name: "docker-hub", access: { state: "unknown" } });
    expect(view.record?.rotations).toHaveLength(1);
  });

  it("tells the remedy and the commands when ACR may not read the secrets", async () => {
    const { ports } = rotationStage();
    const health = { status: "Unhealthy", errorCode: "Forbidden" } as const;
    ports.sets.put("contoso", { name: "docker-hub", health });

    const view = await readCredentialSet(ports, "contoso", "docker-hub");

    expect(view.access).toEqual({
      state: "needed",
      commands: [
        expect.stringMatching(/^az role assignment create .*-username"\naz role .*-token"$/),
      ],
    });
    expect(view.remedy).toMatch(/^Give the credential set's own identity/);
  });

  it("asks of a set's vaults only when it alone is read, and needs its right", async () => {
    const { ports } = rotationStage();
    ports.interruptions.interrupt("grants.model", "before", () => {
      throw new Error("asked");
    });

    expect(await readCredentialSet(ports, "contoso", "docker-hub")).toMatchObject({
      access: { state: "granted", commands: [] },
    });
    const health = { status: "Unhealthy", errorCode: "Forbidden" } as const;
    ports.sets.put("contoso", { name: "docker-hub", health });
    const [listed] = await listCredentialSets(ports, "contoso");
    expect(listed?.access.commands).toEqual([
      expect.stringMatching(/^# for a vault with roles/),
      expect.stringMatching(/^# for a vault with access policies/),
    ]);
    await expect(readCredentialSet(ports, "contoso", "docker-hub")).rejects.toThrow("asked");
  });

  it("says that there is none", async () => {
    await expect(read(rotationStage(), "nothing")).rejects.toMatchObject({
      reason: "missing",
      problem: { code: "CredentialSetNotFound", target: "name" },
    });
  });

  it("lists all by name, those without a set in ACR too", async () => {
    const stage = rotationStage();
    await stage.adopt();
    stage.ports.sets.put("contoso", { name: "Alpha-set" });
    stage.ports.sets.delete("contoso", "docker-hub");

    const views = await listCredentialSets(stage.ports, "contoso");

    expect(views.map(({ name }) => name)).toEqual(["Alpha-set", "docker-hub"]);
  });
});
