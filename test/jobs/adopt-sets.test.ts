import { describe, expect, it } from "vitest";
import type { AdoptionItem, AdoptionWish } from "../../src/domain/adoption.ts";
import { adoptRegistry } from "../../src/jobs/adopt-registry.ts";
import { anna } from "./people.ts";
import { busy } from "./rotation-acts.ts";
import { day, ids, type RotationStage, rotationStage } from "./rotation-stage.ts";

const assisted: AdoptionWish = { credentialSets: "assisted" };

/** What becomes of the sets; the stage has one, "docker-hub", whose token has 80 days left. */
async function adopt({ ports }: RotationStage, wish = assisted, dryRun = false) {
  const { value } = await adoptRegistry(ports, "contoso", wish, dryRun, anna);
  return value.filter(({ kind }) => kind === "credentialSet");
}

const only = (items: readonly AdoptionItem[]) => {
  expect(items).toHaveLength(1);
  return `${items[0]?.outcome}: ${items[0]?.message}`;
};

describe("taking over the credential sets of a registry", () => {
  it("in assisted mode Larder watches the token, renews nothing, and says when a person must", async () => {
    const stage = rotationStage({ daysLeft: 80 });

    expect(only(await adopt(stage))).toBe(
      'adopted: Larder watches the token of "larderbot", marks its version in the vault by tags, and tells when a person must bring a new one.',
    );
    expect(stage.record()).toMatchObject({
      adoptedBy: "anna",
      policy: { mode: "assisted", account: "larderbot", renewBefore: "P30D" },
    });
    await stage.live(51 * day);
    expect(stage.ports.hub.log).toEqual([]);
    expect(stage.record().rotations).toMatchObject([{ state: "waiting" }]);
    expect(stage.told()).toContain("TokenNeeded");
  });

  it("in managed mode only when that is asked for: then it renews", async () => {
    const stage = rotationStage({ daysLeft: 20 });

    expect(only(await adopt(stage, { credentialSets: "managed" }))).toBe(
      'adopted: Larder renews the token of "larderbot" P30D before its end.',
    );
    await stage.live(day);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("leaves them alone when that is asked for", async () => {
    const stage = rotationStage();

    expect(await adopt(stage, { credentialSets: "none" })).toEqual([]);
    expect(stage.ports.rotationTable.all()).toEqual([]);
  });

  it("says what is worth knowing besides", async () => {
    const stage = rotationStage({ daysLeft: -1 });

    expect(only(await adopt(stage, assisted, true))).toMatch(
      /^wouldAdopt: .* Docker Hub refuses the live token, so that a new one is wanted at once\.$/,
    );
  });

  it("takes the account that is given, if the user name is the same", async () => {
    const stage = rotationStage({ daysLeft: 80 });

    expect(only(await adopt(stage, { ...assisted, account: "other" }))).toMatch(
      /^skipped: .*another user name than "other"/,
    );
    expect(only(await adopt(stage, { ...assisted, account: "larderbot" }))).toMatch(/^adopted/);
  });
});

describe("a set that cannot be taken over", () => {
  const put =
    'Then repeat this, or send PUT /api/registries/contoso/credential-sets/docker-hub {"rotation":{"mode":"assisted","account":"<Docker ID>"}}.';

  it("names the right that Larder lacks, and the request for later", async () => {
    const stage = rotationStage();
    stage.ports.shelf.allow(false);

    expect(only(await adopt(stage))).toBe(
      `skipped: The app has no permission on the vault. It is Larder's own identity that lacks the right. ${put}`,
    );
  });

  it("has no user name to read", async () => {
    const stage = rotationStage();
    stage.ports.shelf.purge(ids.username);

    expect(only(await adopt(stage))).toBe(
      `skipped: There is no user name in ${ids.username}, or its newest version is disabled. ${put}`,
    );
  });

  it.each(["dckr_pat_abcdefghijklmnopqrstuvwxyz1", "correct horse battery"])(
    "has something else for its user name, which is repeated nowhere",
    async (text) => {
      const stage = rotationStage();
      stage.ports.shelf.seed(ids.username, text);

      const items = await adopt(stage);

      expect(only(items)).toBe(`skipped: What ${ids.username} holds is no Docker ID. ${put}`);
      expect(JSON.stringify([items, ...stage.ports.table.texts()])).not.toContain(text);
    },
  );

  it("is of a policy that this deployment does not allow", async () => {
    const settings = {
      defaults: { lifetime: "P1D", renewBefore: "P30D", grace: "P1D", retention: "P7D" },
    };

    expect(only(await adopt(rotationStage({ settings })))).toMatch(
      /^refused: A token that lives "P1D"/,
    );
  });

  it("has a vault that does not answer: the others are taken over, and a repeat takes it, too", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    stage.ports.sets.put("contoso", { name: "ghcr", loginServer: "ghcr.io" });
    stage.ports.interruptions.interrupt("secrets.get", "before", busy());

    expect((await adopt(stage)).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "docker-hub skipped",
      "ghcr skipped",
    ]);
    expect((await adopt(stage)).map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "docker-hub adopted",
      "ghcr skipped",
    ]);
  });
});

it("two sets with one token: the first is taken over, and the second has nothing left to do", async () => {
  const stage = rotationStage({ daysLeft: 80 });
  stage.ports.sets.put("contoso", {
    name: "second",
    usernameSecretId: ids.username,
    passwordSecretId: ids.live,
  });

  const items = await adopt(stage);

  expect(items.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    "docker-hub adopted",
    "second already",
  ]);
  expect(stage.ports.rotationTable.all()).toHaveLength(1);
});

it("a run whose time is up before the last set says so", async () => {
  const stage = rotationStage({ daysLeft: 80 });
  stage.ports.interruptions.interrupt("rotations.list", "after", () =>
    stage.ports.clock.advance(101),
  );

  const { value, more } = await adoptRegistry(stage.ports, "contoso", assisted, false, anna);

  expect(more).toBe(true);
  expect(value.filter(({ kind }) => kind === "credentialSet")).toEqual([]);
});
