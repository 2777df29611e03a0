import { describe, expect, it } from "vitest";
import { heard, soon, soonJson } from "./announcer-stage.ts";
import { topicStage } from "./local-topic-stage.ts";

const stage = topicStage();

describe("a topic that does not take them", () => {
  it.each([
    ["is down", { kind: "503" }, "unavailable", "ServerBusy", undefined],
    ["closes the connection", { kind: "drop" }, "unavailable", "ConnectionFailed", undefined],
    ["asks to wait", { kind: "429", retryAfter: 30 }, "unavailable", "TooManyRequests", 30],
    ["forbids it", { kind: "403" }, "lacksRight", "AuthorizationFailed", undefined],
    ["is not there", { kind: "404" }, "refused", "ResourceNotFound", undefined],
    ["does not understand", { kind: "400" }, "refused", "UNKNOWN", undefined],
  ] as const)("%s: rejects, and has logged", async (_case, fault, reason, code, wait) => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    stage().faults.add({ where: "topic", ...fault });

    await expect(announcer.announce([soon])).rejects.toMatchObject({
      name: "LarderError",
      reason,
      problem: { code, message: expect.stringContaining("Could not publish events at https:") },
      retryAfterSeconds: wait,
    });
    expect(lines).toEqual([`error Larder.TokenExpiresSoon ${soonJson}`]);
    expect(stage().topic.events()).toEqual([]);
  });

  it("keeps what it took before", async () => {
    const { announcer, lines } = heard(stage(), { topic: stage().endpoint });
    const many = Array.from({ length: 60 }, (_, n) => ({ ...soon, id: `id-${n}` }));
    stage().topic.switches.publicNetworkAccess = false;
    await expect(announcer.announce(many)).rejects.toMatchObject({ reason: "lacksRight" });
    stage().topic.switches.publicNetworkAccess = true;
    await announcer.announce(many);

    expect(stage().topic.events()).toHaveLength(60);
    expect(lines).toHaveLength(120);
  });

  it("names what is missing when the identity may not send", async () => {
    const stranger = "11111111-0000-4000-8000-000000000000";
    const { announcer } = heard(stage(), { topic: stage().endpoint, principalId: stranger });

    await expect(announcer.announce([soon])).rejects.toMatchObject({
      reason: "lacksRight",
      problem: {
        code: "Unauthorized",
        message: expect.stringContaining("does not have permission to send data to /subscriptions"),
      },
    });
  });
});
