import { describe, expect, it } from "vitest";
import { judgeRotationPolicy, termsOf } from "../../src/domain/judge-rotation-policy.ts";
import type { RotationPolicy } from "../../src/domain/rotation-policy.ts";

const settings = {
  defaults: { lifetime: "P90D", renewBefore: "P30D", grace: "P1D", retention: "P7D" },
  minimumGraceSeconds: 86_400,
  maximumLifetimeSeconds: 366 * 86_400,
  maximumScope: "repo:read",
  sweepEverySeconds: 3600,
} as const;
const wish = { mode: "managed", account: "larderbot" } as const;

/** "code target" of each problem; none when the policy is taken. */
function problems(changes: Partial<RotationPolicy>): readonly string[] {
  const judged = judgeRotationPolicy({ ...wish, ...changes }, settings);
  return judged.ok ? [] : judged.problems.map(({ code, target }) => `${code} ${target}`);
}

describe("a rotation policy", () => {
  it("takes from the settings what it leaves open, and the least scope that pulls private images", () => {
    expect(judgeRotationPolicy(wish, settings)).toEqual({
      ok: true,
      policy: {
        mode: "managed",
        account: "larderbot",
        lifetime: "P90D",
        renewBefore: "P30D",
        grace: "P1D",
        retention: "P7D",
        scope: "repo:read",
      },
    });
  });

  it("keeps what it says itself, as it was written", () => {
    const own = {
      mode: "assisted",
      account: "contosoorg",
      lifetime: "P1Y",
      renewBefore: "P2W",
      grace: "PT36H",
      retention: "P3D",
      scope: "repo:public_read",
      canary: "library/alpine:latest",
    } as const;

    expect(judgeRotationPolicy(own, settings)).toEqual({ ok: true, policy: own });
  });

  it.each<[Partial<RotationPolicy>, readonly string[]]>([
    [{ grace: "P1D" }, []],
    [{ grace: "PT23H59M59S" }, ["GraceTooShort rotation.grace"]],
    [{ lifetime: "P31D" }, []],
    [{ lifetime: "P30DT23H" }, ["LifetimeTooShort rotation.lifetime"]],
    [{ lifetime: "P20D", renewBefore: "P5D" }, []],
    [{ renewBefore: "PT6H" }, []],
    [{ renewBefore: "PT5H59M" }, ["RenewBeforeTooShort rotation.renewBefore"]],
    [{ lifetime: "P366D" }, []],
    [{ lifetime: "P367D" }, ["LifetimeTooLong rotation.lifetime"]],
    [{ retention: "PT23H" }, ["RetentionTooShort rotation.retention"]],
    [{ scope: "repo:write" }, ["ScopeTooWide rotation.scope"]],
    [{ scope: "repo:public_read" }, []],
    [{ account: "a--b" }, ["AccountUnusable rotation.account"]],
    [{ lifetime: "P0D" }, ["DurationInvalid rotation.lifetime"]],
    [{ retention: "a week" }, ["DurationInvalid rotation.retention"]],
    [{ renewBefore: "-P1D" }, ["DurationInvalid rotation.renewBefore"]],
    [
      { lifetime: "x", renewBefore: "x", grace: "x", retention: "x" },
      [
        "DurationInvalid rotation.lifetime",
        "DurationInvalid rotation.renewBefore",
        "DurationInvalid rotation.grace",
        "DurationInvalid rotation.retention",
      ],
    ],
    [
      { grace: "PT1H", lifetime: "P1D" },
      ["GraceTooShort rotation.grace", "LifetimeTooShort rotation.lifetime"],
    ],
  ])("%j has the problems %j", (changes, expected) => {
    expect(problems(changes)).toEqual(expected);
  });

  it("counts its durations in seconds", () => {
    expect(
      termsOf({ lifetime: "P90D", renewBefore: "P2W", grace: "PT36H", retention: "P7D" }),
    ).toEqual({
      lifetimeSeconds: 7_776_000,
      renewBeforeSeconds: 1_209_600,
      graceSeconds: 129_600,
      retentionSeconds: 604_800,
    });
  });
});
