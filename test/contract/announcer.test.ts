import { describe, expect, it } from "vitest";
import { fakeAnnouncer } from "../fakes/announcer.ts";
import { heard, soon, soonJson } from "./announcer-stage.ts";
import { topicStage } from "./local-topic-stage.ts";
import { anAnnouncement } from "./sample-rotation.ts";

const stage = topicStage();

/** The two that the contract is run against: what was heard, by id, and how to break the topic for one call. */
const announcers = [
  {
    name: "fake",
    make: () => {
      const fake = fakeAnnouncer();
      const ids = () => fake.told.map(({ id }) => id);
      return { announcer: fake, ids, breakOnce: () => fake.fail() };
    },
  },
  {
    name: "Event Grid SDK",
    make: () => {
      const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
      const ids = () => lines.map((line) => /"id":"([^"]+)"/.exec(line)?.[1]);
      const fault = { where: "topic", kind: "503", times: 1, retryAfter: 60 };
      return { announcer, ids, breakOnce: () => stage().faults.add(fault) };
    },
  },
];

describe.each(announcers)("announcer: $name", ({ make }) => {
  it("tells all in order, also again", async () => {
    const { announcer, ids } = make();
    await announcer.announce([soon, { ...soon, id: "id-2" }]);
    await announcer.announce([soon]);

    expect(ids()).toEqual(["id-1", "id-2", "id-1"]);
  });

  it("rejects when the topic could not be told, though the log was", async () => {
    const { announcer, ids, breakOnce } = make();
    breakOnce();

    await expect(announcer.announce([soon])).rejects.toMatchObject({
      name: "LarderError",
      reason: "unavailable",
      problem: { code: "ServerBusy" },
    });
    await announcer.announce([{ ...soon, id: "id-2" }]);
    expect(ids()).toEqual(["id-1", "id-2"]);
  });
});

describe("log lines", () => {
  it("have a fixed name, one line of JSON, and a level by severity", async () => {
    const { announcer, lines } = heard(stage());
    await announcer.announce([
      soon,
      anAnnouncement("contoso", "docker-hub", { id: "id-2", name: "RevocationNeeded" }),
      anAnnouncement("contoso", "docker-hub", { id: "id-3" }),
    ]);

    const rest =
      '"at":"2026-11-21T02:00:00.000Z","registry":"contoso","credentialSet":"docker-hub"';
    const message = '"message":"Docker Hub takes the new token."';
    expect(lines).toEqual([
      `error Larder.TokenExpiresSoon ${soonJson}`,
      `warn Larder.RevocationNeeded {"id":"id-2",${rest},"severity":"warning",${message}}`,
      `log Larder.TokenTested {"id":"id-3",${rest},"severity":"info",${message}}`,
    ]);
  });

  it("say nothing that an announcement has no field for", async () => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    await announcer.announce([{ ...soon, password: "s3cr3t" } as typeof soon]);

    expect(lines).toEqual([`error Larder.TokenExpiresSoon ${soonJson}`]);
    expect(JSON.stringify(stage().topic.events())).not.toContain("s3cr3t");
  });

  it("are all there is without a topic", async () => {
    const { announcer, lines } = heard(stage());
    await announcer.announce([soon]);

    expect(lines).toHaveLength(1);
    expect(stage().log.counts()).toEqual({});
  });
});

describe("events", () => {
  it("are CloudEvents that say what the log says", async () => {
    const { announcer } = heard(stage(), { topic: stage().endpoint });
    await announcer.announce([soon]);

    expect(stage().topic.events()).toEqual([
      {
        specversion: "1.0",
        id: "id-1",
        type: "Larder.TokenExpiresSoon",
        source: "/larder/registries/contoso/credentialSets/docker-hub",
        subject: "docker-hub",
        time: "2026-11-21T02:00:00.000Z",
        datacontenttype: "application/json",
        data: JSON.parse(soonJson) as unknown,
      },
    ]);
  });

  it("go in requests of fifty, in their order", async () => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    const many = Array.from({ length: 120 }, (_, n) => ({ ...soon, id: `id-${n}` }));
    await announcer.announce(many);

    expect(
      stage()
        .topic.events()
        .map(({ id }) => id),
    ).toEqual(many.map(({ id }) => id));
    expect(stage().log.counts()).toEqual({ topic: { "POST /api/events": 3 } });
    expect(lines).toHaveLength(120);
  });

  it("are none where there is nothing to tell", async () => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    await announcer.announce([]);

    expect(lines).toEqual([]);
    expect(stage().log.counts()).toEqual({});
  });

  it("are sent again when the topic was away for a moment, and logged once", async () => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    stage().faults.add({ where: "topic", kind: "503", times: 1 });
    stage().faults.add({ where: "topic", kind: "lose", times: 1 });
    await announcer.announce([soon]);

    expect(
      stage()
        .topic.events()
        .map(({ id }) => id),
    ).toEqual(["id-1", "id-1"]);
    expect(lines).toHaveLength(1);
  });
});
