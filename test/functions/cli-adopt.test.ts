import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { functionKey, type Served, serve } from "./serve.ts";

const command = join(import.meta.dirname, "../../src/cli/adopt.ts");

let ports: FakePorts;
let served: Served;
beforeEach(async () => {
  ports = fakePorts();
  for (const name of ["alpha", "bravo", "charlie"])
    ports.arm.put("contoso", { name, source: `quay.io/${name}/*`, target: `${name}/*` });
  served = await serve(() => ports);
});
afterEach(() => served.close());

function adopt(...options: string[]): Promise<{ code: number; out: string }> {
  const env = { LARDER_API: served.url, LARDER_KEY: functionKey };
  const argv = [command, "--registry", "contoso", "--credential-sets", "none", ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env }, (failure, out) => {
      resolve({ code: failure ? Number(failure.code) : 0, out });
    });
  });
}

const held = async () =>
  (await ports.rules.read("contoso")).rules.map(({ value }) => `${value.name} ${value.status}`);

describe("npm run adopt", () => {
  it("asks again until everything is done, where time was up before", async () => {
    ports.interruptions.interrupt("rules.commit", "after", () => ports.clock.advance(110), 9);

    const { code, out } = await adopt("--yes");

    expect([code, out]).toEqual([0, expect.stringContaining("\n3 rules taken over.\n")]);
    expect(await held()).toEqual(["alpha active", "bravo active", "charlie active"]);
  });

  it("takes over no more than it has shown", async () => {
    ports.interruptions.interrupt("rules.read", "after", () =>
      ports.arm.put("contoso", { name: "delta", source: "quay.io/delta/*", target: "delta/*" }),
    );

    expect((await adopt("--yes")).out).toContain("3 rules taken over.");
    expect(await held()).toEqual(["alpha active", "bravo active", "charlie active"]);
  });

  it("fails when something that was shown could not be taken over, and says why", async () => {
    ports.interruptions.interrupt("rules.commit", "before", () => {
      ports.arm.put("contoso", {
        name: "alpha",
        source: "quay.io/alpha/*",
        target: "alpha/*",
        provisioningState: "Deleting",
      });
      throw new LarderError("stale", { code: "RuleChanged", message: "It moved." });
    });

    const { code, out } = await adopt("--yes");

    expect(code).toBe(1);
    expect(out).toContain("\n2 rules taken over.\n");
    expect(out).toMatch(
      /Not taken over:\nnot settled {2}rule {2}alpha .*\n\nalpha: ARM is at work/,
    );
    expect(await held()).toEqual(["bravo active", "charlie active"]);
  });

  it("has nothing to do the second time", async () => {
    await adopt("--yes");

    expect(await adopt("--yes")).toEqual({
      code: 0,
      out: expect.stringContaining("There is nothing to take over."),
    });
  });
});
