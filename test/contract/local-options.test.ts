import { describe, expect, it } from "vitest";
import { chosenSettings } from "../local/app-settings.ts";
import { startOptions } from "../local/options.ts";

const usual = { func: false, port: 7071, registries: ["larderdev"], files: undefined };

describe("what npm start takes", () => {
  it.each([
    [[], {}, usual],
    [["--port", "8080"], { PORT: "9090" }, { ...usual, port: 8080 }],
    [[], { PORT: "9090" }, { ...usual, port: 9090 }],
    [["--registries", "one11, two22"], {}, { ...usual, registries: ["one11", "two22"] }],
    [["--func"], {}, { ...usual, func: true }],
    [["--help"], {}, undefined],
  ])("%j with %j", (argv, env, expected) => {
    expect(startOptions(argv, env)).toEqual(expected);
  });

  it.each([
    [["--port", "http"], "The port must be a number"],
    [["--registries", "a-b"], 'unlike "a-b"'],
    [["--nonsense"], "nonsense"],
  ])("%j is refused", (argv, words) => {
    expect(() => startOptions(argv, {})).toThrow(words);
  });

  it("passes on what is chosen about Larder, and nothing about where things are", () => {
    const env = {
      POLICY_OWNER_REQUIRED: "on",
      UPSTREAM_CHECK: "off",
      ARM_ENDPOINT: "https://x",
      HOME: "/",
    };

    expect(chosenSettings(env)).toEqual({ POLICY_OWNER_REQUIRED: "on", UPSTREAM_CHECK: "off" });
  });
});
