import { describe, expect, it } from "vitest";
import { logLine } from "../../src/domain/log-line.ts";

/** What Application Insights keeps of a message. */
const limit = 32_768;

describe("a log line with a long text", () => {
  it.each([
    ["letters", "x".repeat(100_000)],
    ["line breaks and quotes", '\n"'.repeat(50_000)],
    ["control characters, of which JSON makes six", "\u0001".repeat(100_000)],
    ["emoji, cut in the middle of one", `x${"🦭".repeat(50_000)}`],
  ])("of %s is short enough to be read as JSON", (_what, text) => {
    const line = logLine("TagsCounted", { registry: "contoso", example: text, fresh: 3 }, [
      "registry",
      "fresh",
      "example",
    ]);

    expect(line.length).toBeLessThan(limit);
    const data = JSON.parse(line.slice("Larder.TagsCounted ".length));
    expect(Object.keys(data)).toEqual(["registry", "fresh", "example"]);
    expect(data).toMatchObject({ registry: "contoso", fresh: 3 });
    expect(data.example).toHaveLength(2000);
    expect(data.example.slice(0, 1990)).toBe(text.slice(0, 1990));
    expect(data.example.isWellFormed()).toBe(true);
  });

  it("keeps every text of usual length, and leaves out what is not named", () => {
    const message = "é".repeat(1900);
    const line = logLine("X", { message, other: "y".repeat(3000), secret: "z" }, ["message"]);

    expect(line).toBe(`Larder.X {"message":"${message}"}`);
  });
});
