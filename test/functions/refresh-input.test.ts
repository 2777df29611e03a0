import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refreshPolicy } from "../../src/http/refresh-input.ts";
import { ruleBody } from "../../src/http/rule-body.ts";
import { fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";

const whole = {
  tags: ["latest", "1.*", "/^v\\d+$/", ">=1.2 <2"],
  exclude: ["*-rc?", "/nightly/"],
  every: "PT6H",
  window: { days: ["sat", "sun"], from: "22:00", to: "06:00", timeZone: "Europe/Berlin" },
  minimumAge: "P1D",
  platforms: ["linux/amd64", "linux/arm64/v8"],
  strategy: "purge",
  keepSuperseded: "P7D",
  followNew: true,
};

let served: Served;
beforeAll(async () => {
  const ports = fakePorts();
  served = await serve(() => ports);
});
afterAll(() => served.close());

const put = (refresh: unknown, name = "nginx") =>
  served.call("PUT", `/api/registries/contoso/rules/${name}`, {
    body: { source: `quay.io/${name}/${name}`, target: name, refresh },
  });

describe("a refresh policy", () => {
  it.each([
    ["all of it", "whole", whole],
    ["tags alone", "least", { tags: ["latest"] }],
    ["a list of no exclusions", "empty", { tags: ["latest"], exclude: [] }],
    [
      "a window of every day",
      "daily",
      { tags: ["*"], window: { from: "00:00", to: "23:59", timeZone: "UTC" } },
    ],
    [
      "no waiting and no keeping",
      "zeros",
      { tags: ["*"], minimumAge: "PT0S", keepSuperseded: "P0D" },
    ],
  ])("comes back as it was sent: %s", async (_what, name, refresh) => {
    const heard = await put(refresh, name);
    const again = await served.call("GET", `/api/registries/contoso/rules/${name}`);

    expect(heard.status).toBe(201);
    expect(heard.json).toMatchObject({ refresh });
    expect(ruleBody.parse(again.json).refresh).toEqual(refresh);
    expect(undocumented("getRule", 200, again.json)).toBe("");
  });

  it("is the same however its fields are ordered, and another when one differs", async () => {
    await put(whole, "order");
    const turned = Object.fromEntries(Object.entries(whole).toReversed());

    expect((await put(turned, "order")).status).toBe(200);
    expect((await put({ ...whole, followNew: false }, "order")).code).toBe(
      "RuleExistsWithOtherSettings",
    );
  });

  it.each([
    ["refresh.tags", { tags: undefined }, '"refresh.tags" is required.'],
    ["refresh.tags", { tags: [] }, ">=1 items"],
    ["refresh.tags[1]", { tags: ["latest", "/(?!a)/"] }, "Lookaround"],
    ["refresh.tags[0]", { tags: ["/((a{1000}){1000})/"] }, "too large"],
    ["refresh.tags[0]", { tags: ["1.[0-9]*"] }, "A glob has only"],
    ["refresh.tags[0]", { tags: ["ghcr.io/a:1"] }, "This is no tag"],
    ["refresh.tags[0]", { tags: [`/${"(".repeat(5000)}/`] }, "<=128 characters"],
    ["refresh.tags", { tags: Array.from({ length: 9 }, () => `/${"a".repeat(120)}/`) }, "together"],
    ["refresh.exclude[0]", { exclude: ["~1.27-alpine"] }, "Not a version range"],
    ["refresh.exclude", { exclude: Array.from({ length: 51 }, () => "a") }, "<=50 items"],
    ["refresh.every", { every: "PT59.999S" }, 'Must be at least a minute, "PT1M".'],
    ["refresh.every", { every: "PT0S" }, "at least a minute"],
    ["refresh.window", { window: "nights" }, "object"],
    ["refresh.window.days", { window: { ...whole.window, days: [] } }, ">=1 items"],
    ["refresh.window.days[0]", { window: { ...whole.window, days: ["monday"] } }, "mon, tue"],
    ["refresh.window.from", { window: { ...whole.window, from: "24:00" } }, '"00:00" to "23:59"'],
    ["refresh.window.to", { window: { ...whole.window, to: "6:00" } }, '"00:00" to "23:59"'],
    ["refresh.window.to", { window: { ...whole.window, to: "22:00" } }, "leave it out"],
    ["refresh.window.timeZone", { window: { ...whole.window, timeZone: "CEST" } }, "IANA"],
    ["refresh.window.timeZone", { window: { ...whole.window, timeZone: "+02:00" } }, "IANA"],
    ["refresh.window.timeZone", { window: { ...whole.window, timeZone: "a".repeat(65) } }, "<=64"],
    ["refresh.window.until", { window: { ...whole.window, until: "06:00" } }, "until"],
    ["refresh.minimumAge", { minimumAge: "1 day" }, "ISO 8601"],
    ["refresh.keepSuperseded", { keepSuperseded: "P11Y" }, "10 years"],
    ["refresh.platforms[1]", { platforms: ["linux/amd64", "amd64"] }, "linux/arm64/v8"],
    ["refresh.followNew", { followNew: "yes" }, "boolean"],
  ])("is refused at %s: %j", async (target, part, sentence) => {
    const heard = await put({ ...whole, ...part });

    expect(heard.status).toBe(400);
    expect(heard.json).toMatchObject({
      error: {
        target,
        details: [{ target, message: expect.stringContaining(sentence) }],
      },
    });
  });

  it("says in one answer all that is wrong", async () => {
    const heard = await put({
      tags: ["/(/", "a", "b:c"],
      every: "PT1S",
      window: { from: "22:00" },
    });
    const { error } = heard.json as { error: { details: readonly { target: string }[] } };

    expect(error.details.map(({ target }) => target)).toEqual([
      "refresh.tags[0]",
      "refresh.tags[2]",
      "refresh.every",
      "refresh.window.to",
      "refresh.window.timeZone",
    ]);
  });

  it("takes any time zone of the database, and no more", () => {
    const zones = ["UTC", "Etc/GMT+2", "America/Argentina/Buenos_Aires", "Asia/Calcutta"];
    const accepts = (timeZone: string) =>
      refreshPolicy.safeParse({ ...whole, window: { ...whole.window, timeZone } }).success;

    expect(zones.filter(accepts)).toEqual(zones);
    expect(["local", "system", "UTC+2", "Europe", "Europe/Berlin "].filter(accepts)).toEqual([]);
  });
});
