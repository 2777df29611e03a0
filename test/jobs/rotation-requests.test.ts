import { describe, expect, it } from "vitest";
import { plusSeconds } from "../../src/domain/time.ts";
import { readCredentialSet } from "../../src/jobs/read-credential-set.ts";
import { readOperation } from "../../src/jobs/read-operation.ts";
import { requestRotation } from "../../src/jobs/request-rotation.ts";
import { anna, ben } from "./people.ts";
import { fail, liveUntil, place, toldAt } from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

const forced = { force: true, reason: "the laptop was stolen" };

const request = ({ ports }: RotationStage, by = anna, asked: typeof forced = forced) =>
  requestRotation(ports, "contoso", "docker-hub", asked, by);

describe("a request for a rotation", () => {
  it("that comes while another begins ends with that one, and can be read all the time", async () => {
    const stage = rotationStage();
    await stage.adopt();
    let id = "";
    stage.ports.interruptions.interrupt("pulls.get", "before", async () => {
      id = (await request(stage)).operation.id;
    });

    await liveUntil(stage, "creating");
    expect(await readOperation(stage.ports, id)).toMatchObject({ status: "NotStarted" });
    await stage.live(600);

    expect(toldAt(stage, "RotationStarted")).toHaveLength(1);
    const [begun] = stage.record().rotations;
    expect(await readOperation(stage.ports, id)).toMatchObject({
      status: "Succeeded",
      result: `The live secret holds token ${stage.liveUuid()}, and ACR signs in with it.`,
    });
    expect(stage.record().asked).toBeUndefined();
    expect(stage.record()).toMatchObject({
      ended: [
        {
          id,
          reason: `the laptop was stolen; done by rotation ${begun?.id}, which began first`,
          by: "anna",
        },
      ],
    });
  });

  it("that comes while another begins which then fails, has a rotation of its own", async () => {
    const stage = rotationStage();
    await stage.adopt();
    let id = "";
    stage.ports.interruptions.interrupt("pulls.get", "before", async () => {
      id = (await request(stage)).operation.id;
    });
    await liveUntil(stage, "promoted");
    stage.ports.sets.watchHealth(() => ({ status: "Unhealthy" }));
    await liveUntil(stage, "discarding");
    stage.ports.sets.watchHealth(() => ({ status: "Healthy" }));

    await stage.live(3600);

    expect(stage.record().ended).toMatchObject([{ state: "failed", trigger: "adoption" }]);
    expect(stage.record().rotations).toMatchObject([{ id, trigger: "request", by: "anna" }]);
    expect(await readOperation(stage.ports, id)).toMatchObject({ status: "Succeeded" });
  });

  it("is looked at although the clock that it came by is behind the worker's", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(10);
    const behind = plusSeconds(stage.record().lookedAt ?? "", -2);
    const slow = { ...stage.ports, ambient: { ...stage.ports.ambient, now: () => behind } };

    const { operation } = await requestRotation(slow, "contoso", "docker-hub", forced, anna);
    await stage.live(60);

    expect(stage.record().rotations).toMatchObject([{ id: operation.id }]);
  });

  it("wakes one that waits for a person, although its clock is behind", async () => {
    const stage = rotationStage();
    await stage.adopt({ mode: "assisted" });
    await stage.live(60);
    const behind = plusSeconds(stage.record().rotations[0]?.updatedAt ?? "", -2);
    const slow = { ...stage.ports, ambient: { ...stage.ports.ambient, now: () => behind } };
    const uuid = place(stage, ids.pending);

    await requestRotation(slow, "contoso", "docker-hub", { force: false }, anna);
    await stage.live(60);

    expect(stage.liveUuid()).toBe(uuid);
  });

  it("is forced by whoever asks for that while it waits", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();

    const first = await request(stage, anna, { force: false, reason: "it is spring" });
    const second = await request(stage, ben);
    await stage.live(600);

    expect(second).toMatchObject({ existed: true, operation: { id: first.operation.id } });
    expect(stage.record().rotations).toMatchObject([
      { id: first.operation.id, reason: "the laptop was stolen" },
    ]);
  });

  it("waits for Docker Hub's word, says so, and is told after an hour, once a day", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    await stage.adopt();
    await stage.live(3600);
    fail(stage, ["hubLogins.identify"]);
    const before = stage.ports.interruptions.calls().length;
    const { operation } = await request(stage);

    await stage.live(3000);
    expect(toldAt(stage, "RotationStepFailed")).toEqual([]);
    const view = await readCredentialSet(stage.ports, "contoso", "docker-hub");
    expect(view.state).toContain("A rotation was asked for. Something keeps it from going on.");
    expect(view.next?.what).toBe("try again: begin the rotation that was asked for");
    // Nobody's to do: it passes by itself.
    expect(view.toDo).toEqual([]);
    expect([view.record?.hold?.message]).toEqual([
      "A rotation was asked for, and cannot begin before Docker Hub says whose token the live secret holds: nobody could retire that one later. It is asked again.",
    ]);
    await stage.live(3 * day - 3000);
    const calls = stage.ports.interruptions.calls().slice(before);
    expect(toldAt(stage, "RotationStepFailed")).toHaveLength(3);
    expect(calls.filter((call) => call === "accessTokens.list").length).toBeLessThan(3 * 30);

    stage.ports.interruptions.clear();
    await stage.live(2 * 3600);
    expect(await readOperation(stage.ports, operation.id)).toMatchObject({ status: "Succeeded" });
    expect(stage.record().hold).toBeUndefined();
  });
});
