import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AdoptionItem } from "../../src/domain/adoption.ts";
import { adoptRegistry } from "../../src/jobs/adopt-registry.ts";
import type { FakePorts } from "../fakes/ports.ts";
import { built, estates, wishes } from "./adoption-estates.ts";
import { anna } from "./people.ts";

const inAzure = (ports: FakePorts) =>
  JSON.stringify([
    ports.arm.live("contoso"),
    ports.sets.names("contoso").map((name) => ports.sets.find("contoso", name)),
    ports.shelf.log.map(({ secretId }) => [secretId, ports.shelf.versions(secretId)]),
    ports.hub.log,
  ]);
const atLarder = (ports: FakePorts) =>
  JSON.stringify([ports.table.texts(), ports.rotationTable.texts()]);

const becoming = (
  outcome: AdoptionItem["outcome"],
  from: AdoptionItem["outcome"],
  to: AdoptionItem["outcome"],
) => (outcome === from ? to : outcome);

describe("whatever a registry has", () => {
  it("the dry run tells exactly what the real one does, neither changes Azure, and a repeat finds it done", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(estates, wishes, async (estate, wish) => {
        const ports = await built(estate);
        const [azure, larder] = [inAzure(ports), atLarder(ports)];

        const dry = await adoptRegistry(ports, "contoso", wish, true, anna);
        expect(atLarder(ports)).toBe(larder);
        const real = await adoptRegistry(ports, "contoso", wish, false, anna);
        const again = await adoptRegistry(ports, "contoso", wish, false, anna);

        expect(real.value).toEqual(
          dry.value.map((one) => ({
            ...one,
            outcome: becoming(one.outcome, "wouldAdopt", "adopted"),
          })),
        );
        expect(again.value.map(({ name, outcome }) => [name, outcome])).toEqual(
          real.value.map(({ name, outcome }) => [name, becoming(outcome, "adopted", "already")]),
        );
        expect(inAzure(ports)).toBe(azure);
        for (const { kind, outcome } of real.value) seen.add(`${kind} ${outcome}`);
      }),
      { numRuns: 300 },
    );
    // That the estates were worth it.
    expect([...seen].sort()).toEqual([
      "credentialSet adopted",
      "credentialSet already",
      "credentialSet differs",
      "credentialSet skipped",
      "rule adopted",
      "rule already",
      "rule differs",
      "rule notSettled",
      "rule refused",
      "rule skipped",
    ]);
  });
});
