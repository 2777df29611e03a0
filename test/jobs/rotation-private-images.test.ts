import { describe, expect, it } from "vitest";
import type { CacheRule } from "../../src/domain/cache-rule.ts";
import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";
import { aState, aTag, digestOf } from "../contract/sample-tag.ts";
import { heldBy, messages } from "./rotation-acts.ts";
import { type RotationStage, rotationStage } from "./rotation-stage.ts";

/* A new token must open the private images that the old one opens, whatever their tags are called. */

const rule = (path: string): CacheRule => ({
  name: path.replace("/", "-"),
  registry: "contoso",
  source: `docker.io/${path}`,
  target: `mirror/${path}`,
  credentialSet: "docker-hub",
  status: "active",
  notes: [],
  requestedBy: "anna",
  requestedAt: "2026-11-01T00:00:00.000Z",
  updatedAt: "2026-11-01T00:00:00.000Z",
  operationId: "",
  attempts: 0,
});

const found: UpstreamHead = {
  kind: "found",
  digest: digestOf("b"),
  rate: { kind: "unlimited", account: undefined },
};
const absent: UpstreamHead = { kind: "absent", message: "docker.io answered 404." };
const denied: UpstreamHead = { kind: "denied", message: "docker.io answered 401." };
const silent: UpstreamHead = { kind: "couldNotAsk", message: "docker.io answered 503." };

interface Answers {
  readonly toOld: UpstreamHead;
  readonly toNew: UpstreamHead;
}

/** Repositories under "secret/" answer nobody, and the two tokens in this way; `asked`: "{repository}:{tag}" with a login. */
function answering(stage: RotationStage, answers: (tag: string) => Answers): readonly string[] {
  const { upstreams, hub } = stage.ports;
  const head = upstreams.head.bind(upstreams);
  const asked: string[] = [];
  upstreams.head = async (upstream, repository, tag, login) => {
    if (!repository.startsWith("secret/")) return head(upstream, repository, tag, login);
    if (!login) return denied;
    asked.push(`${repository}:${tag}`);
    const isOld = hub.uuidOf(login.password.reveal()) === stage.oldUuid;
    return isOld ? answers(tag).toOld : answers(tag).toNew;
  };
  return asked;
}

async function adopted(paths: readonly string[]): Promise<RotationStage> {
  const stage = rotationStage();
  for (const path of paths) stage.ports.table.seed(rule(path));
  return stage;
}

describe("a private image that the new token is denied", () => {
  it.each<[string, UpstreamHead]>([
    ["has", found],
    ["may read, though it has no such tag", absent],
  ])("keeps it from going live when the old one %s", async (_what, toOld) => {
    const stage = await adopted(["secret/app"]);
    answering(stage, () => ({ toOld, toNew: denied }));
    await stage.adopt();

    await stage.live(60);

    expect(stage.record().ended).toMatchObject([
      { state: "failed", failure: { code: "CannotReadPrivateImage" } },
    ]);
    expect(stage.liveUuid()).toBe(stage.oldUuid);
    expect(messages(stage, "RotationStepFailed")).toEqual([
      "The new token may not read docker.io/secret/app, which the old one may, and which is cached.",
    ]);
  });

  it.each<[string, UpstreamHead]>([
    ["is denied it, too", denied],
    ["is not taken", { kind: "badLogin", message: "docker.io turned down the login." }],
  ])("says nothing when the old one %s", async (_what, toOld) => {
    const stage = await adopted(["secret/app"]);
    answering(stage, () => ({ toOld, toNew: denied }));
    await stage.adopt();

    await stage.live(60);

    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

describe("a private image of which nothing is learnt", () => {
  it.each<[string, Answers]>([
    ["with the old token", { toOld: silent, toNew: denied }],
    ["with the new token", { toOld: found, toNew: silent }],
  ])("%s keeps the new one waiting, and is asked for again", async (_what, answers) => {
    const stage = await adopted(["secret/app"]);
    let now = answers;
    answering(stage, () => now);
    await stage.adopt();

    await stage.live(600);
    expect(heldBy(stage)).toBe("PrivateImageUnanswered");
    expect(stage.liveUuid()).toBe(stage.oldUuid);

    now = { toOld: found, toNew: found };
    await stage.live(3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });

  it("is waited for as long as six hours, and not until the live token ends", async () => {
    const stage = await adopted(["secret/app"]);
    answering(stage, () => ({ toOld: found, toNew: silent }));
    await stage.adopt();

    await stage.live(5 * 3600);
    expect(stage.liveUuid()).toBe(stage.oldUuid);

    await stage.live(3 * 3600);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});

describe("what is asked for", () => {
  it("is a tag that the registry has, where Larder knows one that upstream still has", async () => {
    const stage = await adopted(["secret/app"]);
    const repository = "mirror/secret/app";
    const cached = digestOf("a");
    await stage.ports.tagTable.write({
      state: aState("contoso", repository),
      etag: undefined,
      put: [
        aTag("contoso", "1.0", { repository, cached, status: "gone" }),
        aTag("contoso", "2.0", { repository }),
        aTag("contoso", "3.0", { repository, cached }),
      ],
    });
    const asked = answering(stage, () => ({ toOld: found, toNew: found }));
    await stage.adopt();

    await stage.live(60);

    expect(asked).toEqual(["secret/app:3.0"]);
  });

  it("is latest, where it knows none, of three repositories at most", async () => {
    const stage = await adopted(["secret/a", "secret/b", "secret/c", "secret/d"]);
    const asked = answering(stage, () => ({ toOld: found, toNew: absent }));
    await stage.adopt();

    await stage.live(60);

    expect(asked).toEqual(["secret/a:latest", "secret/b:latest", "secret/c:latest"]);
    expect(stage.liveUuid()).not.toBe(stage.oldUuid);
  });
});
