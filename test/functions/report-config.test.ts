import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { settings } from "../../src/settings.ts";
import { complaint, least } from "./environment.ts";

describe("the settings of the report", () => {
  it("have defaults", () => {
    expect(readConfig(least).report).toEqual({ everySeconds: 900 });
  });

  it("say how often it is made", () => {
    const given = { REPORT_SCHEDULE: "30 0 * * * *", REPORT_EVERY_SECONDS: "3600" };

    expect(readConfig({ ...least, ...given }).report).toEqual({ everySeconds: 3600 });
  });

  it.each([
    ["REPORT_SCHEDULE", "hourly"],
    ["REPORT_EVERY_SECONDS", "9"],
  ] as const)("refuse %s=%s and say what is expected", (name, value) => {
    expect(complaint({ ...least, [name]: value })).toContain(
      `- ${name} is "${value}"; it must be ${settings[name].expected}.`,
    );
  });
});
