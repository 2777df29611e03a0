import { describe, expect, it } from "vitest";
import { exampleOf, parseFirstRules, rulesToAsk } from "../../infra/hooks/first-rules.ts";

describe("first rules", () => {
  const official = { source: "docker.io/library/*", target: "library/*" };
  const ghcr = { source: "ghcr.io/*", target: "ghcr.io/*" };
  const nginx = { source: "docker.io/library/nginx", target: "nginx" };
  it.each<[string, string | undefined, boolean, readonly object[], readonly object[]]>([
    ["Docker's official images where nobody says any", undefined, true, [], [official]],
    ["none without a Docker account", undefined, false, [], []],
    ["none where there are rules already", undefined, true, [ghcr], []],
    [
      "those that are said",
      "docker.io/library/*=library/*, ghcr.io/*=ghcr.io/*",
      false,
      [],
      [official, ghcr],
    ],
    [
      "of those, what is not there",
      "docker.io/library/*=library/*,ghcr.io/*=ghcr.io/*",
      true,
      [official],
      [ghcr],
    ],
    [
      "nor what is there in ACR's spelling",
      "nginx=nginx,docker.io/nginx=nginx",
      true,
      [nginx],
      [{ source: "nginx", target: "nginx" }],
    ],
    ["none if that is said", " None ", true, [], []],
  ])("are %s", (_what, text, docker, present, wanted) => {
    const asked = rulesToAsk(text, {
      present: present as never,
      docker,
      loginServer: "contoso.azurecr.io",
    });

    expect(asked).toEqual(wanted);
  });

  it.each(["docker.io/library/*", "a=b=c", "=library/*", "docker.io/x="])(
    "are not written %s",
    (text) => {
      expect(() => parseFirstRules(text)).toThrow(`FIRST_RULES has "${text}"`);
    },
  );

  it.each([
    [official, "library/alpine:latest"],
    [{ source: "docker.io/library/*", target: "hub/*" }, "hub/alpine:latest"],
    [{ source: "docker.io/*", target: "hub/*" }, "hub/library/alpine:latest"],
    [ghcr, "ghcr.io/<image>:<tag>"],
    [nginx, "nginx:latest"],
  ])("can be tried: %j", (rule, image) => {
    expect(exampleOf(rule)).toBe(image);
  });
});
