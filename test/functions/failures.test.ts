import { afterEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { Ports } from "../../src/domain/ports.ts";
import { fakePorts } from "../fakes/ports.ts";
import { type Served, serve } from "./serve.ts";

let served: Served;
afterEach(() => served.close());

describe("when something breaks", () => {
  it("answers a bug with an incident, and logs it in full, once", async () => {
    const ports = fakePorts();
    served = await serve(() => ports);
    ports.interruptions.interrupt("rules.read", "before", () => {
      throw new TypeError("rows of undefined");
    });

    const heard = await served.call("GET", "/api/registries/contoso/rules");

    const { error } = heard.json as { error: { code: string; target: string } };
    expect([heard.status, error.code]).toEqual([500, "InternalError"]);
    expect(heard.text).not.toContain("rows of undefined");
    expect(served.log).toHaveLength(1);
    expect(served.log[0]).toContain(
      `listRules answered 500 InternalError, incident ${error.target}`,
    );
    expect(served.log[0]).toContain("rows of undefined");
  });

  it("answers 503 with Retry-After while ARM is away", async () => {
    const ports = fakePorts();
    served = await serve(() => ports);
    ports.interruptions.interrupt("cacheRules.list", "before", () => {
      throw new LarderError(
        "unavailable",
        { code: "ArmUnavailable", message: "ARM did not answer." },
        { retryAfterSeconds: 7 },
      );
    });

    const heard = await served.call("GET", "/api/registries/contoso/rules");

    expect([heard.status, heard.headers.get("Retry-After")]).toEqual([503, "7"]);
    expect(served.log).toEqual(["warning: listRules answered 503 ArmUnavailable"]);
  });

  it("answers even when the app is not set up, and the page's shell works", async () => {
    served = await serve((): Ports => {
      throw new Error("AZURE_SUBSCRIPTION_ID is not set");
    });

    expect((await served.call("GET", "/api/health")).status).toBe(500);
    expect((await served.call("GET", "/api/status")).json).toMatchObject({
      error: { code: "InternalError" },
    });
    expect((await served.call("GET", "/api/")).status).toBe(200);
    expect(served.log.join()).toContain("AZURE_SUBSCRIPTION_ID is not set");
  });

  it("is not healthy when scheduled work is overdue", async () => {
    const ports = fakePorts();
    served = await serve(() => ports);
    await ports.heartbeats.beat("reconcile-rules", "2026-11-21T01:00:00.000Z");

    const heard = await served.call("GET", "/api/health", { headers: { "x-functions-key": "" } });

    expect(heard.status).toBe(503);
    expect(heard.json).toMatchObject({
      healthy: false,
      checks: [true, false, true, true, true].map((healthy) => ({ healthy })),
    });
  });

  it("logs neither bodies nor queries nor headers of what it turned down", async () => {
    served = await serve(() => fakePorts());

    await served.call(
      "PUT",
      "/api/registries/contoso/rules/nginx?code=test-function-key&marker1=1",
      {
        body: { source: "marker2", marker3: 1 },
        headers: { "x-marker": "marker4" },
      },
    );

    expect(served.log).toHaveLength(1);
    expect(served.log.join()).not.toMatch(/marker|test-function-key/);
  });
});
