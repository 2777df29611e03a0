import { describe, expect, it } from "vitest";
import { adoptRegistry } from "../../src/jobs/adopt-registry.ts";
import { anna } from "./people.ts";
import { ids, rotationStage } from "./rotation-stage.ts";

describe("a credential set that a colleague takes over while a registry is taken over", () => {
  it.each([
    ["before its turn", () => 0],
    ["in the middle of its own checks", () => 1],
  ])("%s keeps the colleague's policy", async (_when, reads) => {
    const stage = rotationStage({ daysLeft: 80 });
    const { secrets } = stage.ports;
    const get = secrets.get.bind(secrets);
    // The user name is read for the account, and again by the checks before the record is written.
    let left = reads();
    Object.assign(secrets, {
      async get(id: string, version?: string) {
        if (id === ids.username && left-- === 0) await stage.adopt({ renewBefore: "P20D" });
        return get(id, version);
      },
    });

    const { value } = await adoptRegistry(
      stage.ports,
      "contoso",
      { credentialSets: "assisted" },
      false,
      anna,
    );

    expect(stage.record().policy).toMatchObject({ mode: "managed", renewBefore: "P20D" });
    expect(value.find(({ kind }) => kind === "credentialSet")).toMatchObject({
      outcome: "already",
      message: expect.stringMatching(/^Larder renews the token of "larderbot"\./),
    });
  });
});
