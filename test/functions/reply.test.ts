import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LarderError, type Reason } from "../../src/domain/errors.ts";
import { errorReply } from "../../src/http/reply.ts";
import { RequestError } from "../../src/http/request-error.ts";

const problem = { code: "Example", message: "It is so.", target: "source" };

describe("what an error is answered with", () => {
  it.each<[Reason, number]>([
    ["invalid", 400],
    ["forbidden", 403],
    ["missing", 404],
    ["conflict", 409],
    ["stale", 412],
    ["refused", 502],
    ["unavailable", 503],
  ])("%s is %i in the error shape", (reason, status) => {
    const reply = errorReply(new LarderError(reason, problem), "incident-1");

    expect(reply.status).toBe(status);
    expect(reply.headers["x-ms-error-code"]).toBe("Example");
    expect(JSON.parse(reply.body ?? "")).toEqual({
      error: { code: "Example", message: "It is so.", target: "source" },
    });
  });

  it.each([
    [undefined, "10"],
    [30, "30"],
    [0.2, "1"],
    [1.5, "2"],
  ])("unavailable with Retry-After %s asks to wait %s s", (retryAfterSeconds, wanted) => {
    const error = new LarderError("unavailable", problem, { retryAfterSeconds });

    expect(errorReply(error, "incident-1").headers["Retry-After"]).toBe(wanted);
  });

  it("says whose right is missing when it is Larder's own", () => {
    const said = { code: "AuthorizationFailed", message: "No list on contoso." };

    const reply = errorReply(new LarderError("lacksRight", said), "1");

    expect([reply.status, reply.headers["x-ms-error-code"]]).toEqual([502, "LarderLacksRight"]);
    expect(JSON.parse(reply.body ?? "")).toMatchObject({
      error: { message: expect.stringContaining("Larder's own identity"), details: [said] },
    });
  });

  it("names a section that the README has when a right is missing", () => {
    const reply = errorReply(new LarderError("lacksRight", problem), "1");

    const [, section = ""] = /README, \\"([^"]+)\\"/.exec(reply.body ?? "") ?? [];
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    expect(readme.split("\n")).toContain(`### ${section}`);
  });

  it("carries details without anything but their three fields", () => {
    const details = [
      { code: "A", message: "a", target: "x", secret: "s" },
      { code: "B", message: "b" },
    ];

    const reply = errorReply(new LarderError("conflict", problem, { details }), "incident-1");

    expect(JSON.parse(reply.body ?? "").error.details).toEqual([
      { code: "A", message: "a", target: "x" },
      { code: "B", message: "b" },
    ]);
  });

  it("keeps the headers of a request error", () => {
    const error = new RequestError(405, problem, { headers: { Allow: "GET" } });

    expect(errorReply(error, "incident-1")).toMatchObject({
      status: 405,
      headers: { Allow: "GET" },
    });
  });

  it.each([new Error("password=hunter2"), "hunter2", undefined, { message: "hunter2" }])(
    "says nothing of a bug but its incident (%#)",
    (thrown) => {
      const reply = errorReply(thrown, "incident-1");

      expect(reply.status).toBe(500);
      expect(JSON.parse(reply.body ?? "")).toEqual({
        error: {
          code: "InternalError",
          message: "Larder failed to answer. Its log names the cause under incident incident-1.",
          target: "incident-1",
        },
      });
    },
  );
});
