import { describe, expect, it } from "vitest";
import * as z from "zod";
import { signalNames } from "../../src/domain/signal.ts";
import { fieldsIn, namesIn, readJson, wholeQuery } from "./alert-rules.ts";
import { analyse } from "./kusto.ts";
import { sampleFields, sampleLines } from "./sample-signals.ts";

/** An entry of the page as workbook.bicep takes it; `query`: lines after the common ones. */
const entry = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/),
  width: z.enum(["50", "100"]),
  type: z.int(),
  query: z.array(z.string()).optional(),
  content: z.looseObject({ version: z.string().optional(), title: z.string().optional() }),
});
const { items } = z
  .strictObject({ version: z.literal("Notebook/1.0"), items: z.array(entry) })
  .parse(readJson("infra/workbook.json"));
const queries = items.flatMap(({ name, query, content }) =>
  query ? [[name, { query, content }] as const] : [],
);

/** Only announcements have it; a query that asks for it asks for all of them. */
const ofAnnouncements = "severity";

describe.each(queries)("%s in the workbook", (_, { query, content }) => {
  it("has a query without fault", () => {
    const asked = query.map((line) => line.replaceAll("{TimeRange:grain}", "15m"));

    expect(analyse(wholeQuery({ query: asked })).faults).toEqual([]);
    expect(asked.join()).not.toMatch(/[{}]/);
  });

  it("asks for names that the code writes, and for fields that those lines hold", () => {
    const fields = [...fieldsIn(query)];
    const names = fields.includes(ofAnnouncements) ? ["TokenExpired"] : [...namesIn(query)];
    const held = new Set(names.flatMap((name) => Object.keys(sampleFields(name) ?? {})));

    expect(names.filter((name) => !sampleLines.has(name))).toEqual([]);
    expect(fields.filter((field) => !held.has(field))).toEqual([]);
  });

  it("has a title and follows the page's time", () => {
    expect(content).toMatchObject({
      title: expect.stringMatching(/./),
      version: "KqlItem/1.0",
      timeContextFromParameter: "TimeRange",
      resourceType: "microsoft.operationalinsights/workspaces",
    });
  });
});

describe("the workbook", () => {
  it.each(Object.keys(signalNames))("shows %s", (name) => {
    expect(queries.some(([, { query }]) => namesIn(query).has(name))).toBe(true);
  });

  it("has one parameter, the time", () => {
    expect(items.filter(({ type }) => type === 9)).toMatchObject([
      { content: { parameters: [{ name: "TimeRange", type: 4 }] } },
    ]);
  });

  it("names every entry once", () => {
    expect(new Set(items.map(({ name }) => name)).size).toBe(items.length);
  });

  it("shows every status of a tag", () => {
    const [, shown] = queries.find(([name]) => name === "tags-last") ?? [];
    const held = Object.keys(sampleFields("TagsCounted") ?? {});

    expect([...fieldsIn(shown?.query ?? [])].sort()).toEqual(held.sort());
  });
});
