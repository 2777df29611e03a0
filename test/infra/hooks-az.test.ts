import { describe, expect, it } from "vitest";
import { awaitFunction, signedIn } from "../../infra/hooks/arm.ts";
import { type Az, quoteForCmd } from "../../infra/hooks/az.ts";

describe("the Azure CLI", () => {
  const failing =
    (words: string): Az =>
    () =>
      Promise.reject(new Error(words));
  const site = { subscription: "s", resourceGroup: "g", name: "func" };
  const patience = { waitSeconds: 0.05, pollSeconds: 0.01 };

  it("is told to be signed out, or in somewhere else", async () => {
    await expect(signedIn(failing("Please run 'az login' to setup account."), "s")).rejects.toThrow(
      /^The Azure CLI \(az\) does not reach subscription s: Please run 'az login'.*\nRun "az login"/,
    );
  });

  it("is asked for the function until it is there", async () => {
    let asked = 0;
    const az: Az = async () => {
      asked += 1;
      if (asked < 3) throw new Error("Not Found({})");
    };

    await awaitFunction(az, site, "secretEvents", { waitSeconds: 20, pollSeconds: 0.01 });

    expect(asked).toBe(3);
  });

  it.each([
    ["in vain", "Not Found({})", 2],
    ["once where it is not allowed", 'Forbidden({"error":{"code":"AuthorizationFailed"}})', 1],
  ])("is asked for it %s, and its words are told", async (_what, words, least) => {
    let asked = 0;
    const az: Az = () => {
      asked += 1;
      return failing(words)();
    };

    await expect(awaitFunction(az, site, "secretEvents", patience)).rejects.toThrow(
      `Azure does not show the function secretEvents of func: ${words}`,
    );
    expect(least === 1 ? asked === 1 : asked >= least).toBe(true);
  });

  it.each([
    ["account", "account"],
    ["--name", "--name"],
    ["/subscriptions/s/x?api-version=1&y=2", '"/subscriptions/s/x?api-version=1&y=2"'],
    ["@C:\\Users\\Ada L\\p.json", '"@C:\\Users\\Ada L\\p.json"'],
    ["", '""'],
  ])("gets %j by way of cmd.exe as one word", (word, quoted) => {
    expect(quoteForCmd(word)).toBe(quoted);
  });

  it.each(['a"b', "%PATH%", "a\nb"])("is not given %j there", (word) => {
    expect(() => quoteForCmd(word)).toThrow("cannot be given");
  });
});
