import { describe, expect, it } from "vitest";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { noteSecretEvent } from "../../src/jobs/note-secret-event.ts";
import { readCredentialSet } from "../../src/jobs/read-credential-set.ts";
import { anna } from "./people.ts";
import { heldBy, liveUntil, place, toldAt } from "./rotation-acts.ts";
import { account, day, ids, password, rotationStage } from "./rotation-stage.ts";

/* What the vault tells by itself, and what is read from it without a rotation. */

describe("the live secret's tags", () => {
  it("say whose token it is from the first look on, beside a person's own", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    const { ports } = stage;
    const version = ports.shelf.versions(ids.live).at(-1)?.version ?? "";
    ports.shelf.change(ids.live, version, { tags: { team: "platform" } });
    await stage.adopt();
    await stage.live(60);

    expect(ports.shelf.versions(ids.live)).toMatchObject([
      {
        version,
        tags: {
          team: "platform",
          "larder-owner": "contoso/docker-hub",
          "larder-token": stage.oldUuid,
        },
      },
    ]);
  });

  it("are put right, and ACR reads anew, when a person wrote a version of their own", async () => {
    const stage = rotationStage({ daysLeft: 80 });
    const { ports } = stage;
    await stage.adopt();
    await stage.live(60);

    const theirs = place(stage, ids.live, { expiresAt: "2027-04-01T02:00:00.000Z" });
    await stage.live(day);

    expect(ports.shelf.versions(ids.live).at(-1)?.tags).toMatchObject({ "larder-token": theirs });
    const login = ports.sets.credentialsOf("contoso", "docker-hub");
    expect(ports.hub.uuidOf(login?.password ?? "")).toBe(theirs);
    expect(ports.news.told.filter(({ name }) => name === "LiveTokenReplaced")).toMatchObject([
      { tokenUuid: theirs, message: expect.stringContaining("theirs to revoke") },
    ]);
  });
});

describe("an event about the account's own login", () => {
  it("has a rotation go on that waits for it", async () => {
    const stage = rotationStage();
    const { ports } = stage;
    await stage.adopt();
    ports.hub.setPassword(account, "changed by somebody");
    await stage.live(7 * 3600);
    expect(heldBy(stage)).toBe("AccountPasswordRefused");

    ports.shelf.seed(ids.password, "changed by somebody");
    const { pathname, host } = new URL(ids.password);
    const line = await noteSecretEvent(ports, {
      type: "SecretNewVersionCreated",
      vault: "contoso",
      host,
      secret: pathname.split("/")[2] ?? "",
    });
    await stage.live(60);

    expect(line).toContain("noted for contoso/docker-hub");
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
    expect(password).not.toBe("changed by somebody");
  });
});

describe("a set that Larder does not renew", () => {
  it("tells when its token ends, as the vault has it", async () => {
    const { ports } = rotationStage();
    const view = await readCredentialSet(ports, "contoso", "docker-hub");
    expect(view).toMatchObject({
      daysLeft: 5,
      unrenewed: { expiresAt: "2026-11-26T02:00:00.000Z", works: "unknown" },
    });
  });

  it("is shown all the same while the vault cannot be read", async () => {
    const { ports } = rotationStage();
    ports.shelf.allow(false);
    const view = await readCredentialSet(ports, "contoso", "docker-hub");
    expect(view.unrenewed).toBeUndefined();
    expect(view.set?.name).toBe("docker-hub");
  });
});

describe("what happens to a set", () => {
  it("is told when it is made", async () => {
    const stage = rotationStage();
    const { ports } = stage;
    const own = {
      usernameSecretId: ids.username.replace("docker-hub", "second"),
      passwordSecretId: ids.live.replace("docker-hub", "second"),
    };
    const rotation = { mode: "managed", account } as const;
    await adoptCredentialSet(ports, "contoso", "second", { ...own, rotation }, undefined, anna);
    expect(toldAt(stage, "SetCreated")).toHaveLength(1);
  });

  it("is told when Larder lets it go", async () => {
    const stage = rotationStage();
    const { ports } = stage;
    await stage.adopt();
    await liveUntil(stage, "confirmed");
    ports.clock.advance(600);
    const gone = { rotation: null };
    const { view } = await adoptCredentialSet(
      ports,
      "contoso",
      "docker-hub",
      gone,
      undefined,
      anna,
    );

    expect(view.notes.join()).toContain("was not retired yet: revoke it yourself");
    expect(ports.news.told.find(({ name }) => name === "RotationReleased")).toMatchObject({
      credentialSet: "docker-hub",
      by: "anna",
    });
    expect(ports.rotationTable.find("contoso", "docker-hub")).toBeUndefined();
  });
});
