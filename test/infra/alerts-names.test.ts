import { describe, expect, it } from "vitest";
import { announcementNames } from "../../src/domain/announcement.ts";
import * as heartbeats from "../../src/domain/heartbeat-names.ts";
import { signalNames } from "../../src/domain/signal.ts";
import { alertRules, commonLines, fieldsIn, namesIn } from "./alert-rules.ts";
import { sampleFields, sampleLines } from "./sample-signals.ts";

const rules = alertRules.map((rule) => [rule.id, rule] as const);

/** Alarms and warnings: what somebody is to act on. */
const calls = Object.entries(announcementNames)
  .filter(([, severity]) => severity !== "info")
  .map(([name]) => name);

describe.each(rules)("alert %s", (_, { query }) => {
  const names = [...namesIn(query)];

  it("asks for names that the code writes", () => {
    expect(names.filter((name) => !sampleLines.has(name))).toEqual([]);
  });

  it("reads fields that those lines hold", () => {
    const held = new Set(names.flatMap((name) => Object.keys(sampleFields(name) ?? {})));

    expect([...fieldsIn(query)].filter((field) => !held.has(field))).toEqual([]);
  });

  it("compares names and reads fields only in ways that are checked here", () => {
    const text = query.join("\n");

    expect(text).not.toMatch(/\bBody\s*\[|\bName\s*(=~|!=|has|contains|startswith|in~|matches)/);
    expect(text.includes("Larder") ? names.length : 1).toBeGreaterThan(0);
  });
});

describe("the alerts", () => {
  it.each(calls)("cover %s once", (name) => {
    const covering = alertRules.filter(({ query }) => namesIn(query).has(name));

    expect(covering.map(({ id }) => id)).toHaveLength(1);
  });

  it.each(Object.keys(signalNames))("read %s", (name) => {
    expect(alertRules.some(({ query }) => namesIn(query).has(name))).toBe(true);
  });

  it("know each scheduled job by its name", () => {
    const jobs = Object.entries(heartbeats).flatMap(([key, name]) =>
      key.endsWith("Job") ? [name] : [],
    );
    const [overdue] = alertRules.filter(({ id }) => id === "schedule-overdue");
    const known = [
      ...(overdue?.query.join("\n") ?? "").matchAll(/^ {4}'([a-z-]+)', \{[A-Z_]+\}/gm),
    ].map(([, job]) => job);

    expect(known).toEqual(["reconcile-rules", "sweep", "rotations", "report"]);
    expect(new Set<string | undefined>(known)).toEqual(new Set(jobs));
  });
});

describe("the common lines", () => {
  const pattern = parsePattern(commonLines);

  it.each([...sampleLines])("take %s apart, whatever stands before it", (name, line) => {
    for (const before of ["", "[Information] ", "2026-11-21T10:00:00Z   "]) {
      const { Name, Text = "" } = pattern.exec(`${before}${line}`)?.groups ?? {};

      expect(Name).toBe(name);
      expect(JSON.parse(Text)).toEqual(sampleFields(name));
    }
  });

  it.each(["Executed 'Functions.sweep' (Succeeded)", "Larder is ready", ""])(
    "leave %j alone",
    (message) => {
      expect(pattern.test(message)).toBe(false);
    },
  );
});

/** What `parse Message with …` means: a column takes as little as it can, the last one the rest. */
function parsePattern(lines: readonly string[]): RegExp {
  const [, pattern = ""] = /\| parse Message with (.*)$/m.exec(lines.join("\n")) ?? [];
  const tokens = [...pattern.matchAll(/\*|'([^']*)'|(\w+):string/g)];
  const source = tokens.map(([whole, literal, column], at) => {
    if (literal !== undefined) return literal.replaceAll(/\W/g, "\\$&");
    const takes = at === tokens.length - 1 ? "[^]*" : "[^]*?";
    return whole === "*" ? takes : `(?<${column}>${takes})`;
  });
  return new RegExp(`^${source.join("")}$`);
}
