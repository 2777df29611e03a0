import { afterEach, describe, expect, it } from "vitest";
import { healthy, refused, rule, scriptedApi, setView } from "./hooks-api.ts";
import { calls, closeLater, closeScenes, scene, started } from "./hooks-connect-scene.ts";
import { registryIdOf } from "./hooks-stage.ts";

/* postdeploy as azd runs it: what it asks of Larder's API, and what it makes of the answers. */

afterEach(closeScenes);

describe("the API", () => {
  it("is opened with a token where sign-in is on", async () => {
    const made = await scene();
    const LARDER_SIGN_IN_CLIENT_ID = "22222222-2222-4222-8222-222222222222";

    const { code, text } = await made.run({ LARDER_SIGN_IN_CLIENT_ID });

    expect(code).toBe(0);
    expect(made.api.asked[0]?.headers["authorization"]).toBe("Bearer a-token-of-ada");
    expect(started(made).join("\n")).toContain(
      "--scope 22222222-2222-4222-8222-222222222222/.default",
    );
    expect(text).not.toContain("a-token-of-ada");
  });

  it("is told to have nothing to open it, with what to do", async () => {
    const made = await scene();
    made.azure.instead["account get-access-token"] = {
      err: "ERROR: AADSTS65001: no consent",
      code: 1,
    };

    const { code, text } = await made.run({ LARDER_SIGN_IN_CLIENT_ID: "x" });

    expect(code).toBe(1);
    expect(text).toContain("got no token for Larder's API: AADSTS65001: no consent");
  });

  it("may refuse one thing, and the rest is done", async () => {
    const path = "registries/one/credential-sets/docker-hub";
    const made = await scene({
      [`PUT ${path}`]: refused(409, "UserNameDiffers", "There is another user name."),
      "POST registries/one/rules": refused(403, "SourceNotAllowed", "Policy does not allow it."),
    });

    const { code, text } = await made.run({
      LARDER_REGISTRY_IDS: ["one", "two"].map(registryIdOf).join(","),
    });

    expect(code).toBe(1);
    expect(text).toContain(
      "  Credential set docker-hub was not taken over: There is another user name. (UserNameDiffers)\n",
    );
    expect(text).toContain(
      "  Rule docker.io/library/* → one/library/* was refused: Policy does not allow it. (SourceNotAllowed)\n",
    );
    expect(text).toContain("  Rule docker-library: docker.io/library/* → two/library/*\n");
    expect(text).toContain('Not all of it went well. Mend it, and run "azd hooks run postdeploy".');
  });

  it("is told what it says of its health", async () => {
    const checks = [{ name: "storage", healthy: false, message: "State storage does not answer." }];
    const made = await scene({ "GET health": [503, { healthy: false, checks }] });

    const { code, text } = await made.run({ HOOK_WAIT_SECONDS: "0.2" });

    expect(code).toBe(1);
    expect(text).toContain("Larder is not well: State storage does not answer.");
  });

  it("is waited for while rights are on their way", async () => {
    let tries = 0;
    const made = await scene();
    const behind = await scriptedApi((call) => {
      if (call === "GET health") return healthy;
      if (call.startsWith("PUT") && (tries += 1) < 3)
        return refused(502, "LarderLacksRight", "It is Larder's own identity that lacks a right.");
      if (call.startsWith("POST") && (tries += 1) < 6)
        return refused(
          409,
          "CredentialSetUnhealthy",
          "unhealthy (Forbidden: does not have secrets get permission)",
        );
      if (call.includes("credential-sets")) return setView();
      if (call === "GET registries/contoso/rules") return [200, { value: [] }];
      return [201, rule()];
    });
    closeLater(behind);

    const { code, text } = await made.run({ LARDER_API: behind.url });

    expect(code).toBe(0);
    expect(text).toContain("Larder's own role assignments have not all arrived");
    expect(text).toContain("ACR may not read the credential set's secrets yet");
  });
});

describe("what is so already", () => {
  it("is left alone: a renewal with its policy, a rule with its settings", async () => {
    const rotation = {
      mode: "managed",
      account: "contoso_pull",
      state: "The live token works.",
      toDo: [],
    };
    const made = await scene({
      "GET registries/contoso/credential-sets/docker-hub": setView({ rotation }),
      "GET registries/contoso/rules": [200, { value: [rule({ refresh: { every: "PT1H" } })] }],
    });

    const { code, text } = await made.run({ FIRST_RULES: "docker.io/library/*=library/*" });

    expect(code).toBe(0);
    expect(calls(made).filter((call) => !call.startsWith("GET"))).toEqual([]);
    expect(text).toContain("Credential set docker-hub: The live token works.");
    expect(text).toContain("1 rule is there; none is added.");
  });

  it("is not asked twice of two registries that share the account", async () => {
    const made = await scene({
      "PUT registries/two/credential-sets/docker-hub": refused(409, "SecretRenewedAlready", "…"),
    });

    const { code, text } = await made.run({
      LARDER_REGISTRY_IDS: ["one", "two"].map(registryIdOf).join(","),
      FIRST_RULES: "none",
    });

    expect(code).toBe(0);
    expect(text).toContain("its token is renewed with that of another registry");
    expect(calls(made).filter((call) => call.startsWith("POST"))).toEqual([]);
  });
});

describe("what is left to a person", () => {
  it("is named at the end", async () => {
    const rotation = {
      mode: "assisted",
      account: "contoso_pull",
      state: "",
      toDo: ["Put a new token into the pending secret."],
    };
    const access = { state: "needed", commands: ["az role assignment create --scope …"] };
    const made = await scene({
      "GET registries/contoso/credential-sets/docker-hub": setView({ rotation, access }),
    });

    const { text } = await made.run({ DOCKER_ROTATION: "assisted" });

    expect(text).toContain(
      [
        "Left to you:",
        "- contoso: Let ACR read the credential set's secrets:",
        "    az role assignment create --scope …",
        "- contoso: Put a new token into the pending secret.",
      ].join("\n"),
    );
  });
});
