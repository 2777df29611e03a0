import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../end-to-end/app.ts";
import { clientPull, pushUpstream } from "../end-to-end/cached-images.ts";
import { formsOf } from "../end-to-end/secret-forms.ts";
import { secretValue } from "../end-to-end/written.ts";
import { type Newcomer, newcomer, startNewcomer } from "./hooks-newcomer.ts";
import { runHook } from "./hooks-program.ts";

/*
 * What `azd up` does after provisioning and deploying, from nothing to a rotated token: both hooks as processes, the
 * built app on the functions host, the stand-in's vault, registry and Docker Hub. The Azure CLI is made up.
 */

const setPath = "registries/contoso/credential-sets/docker-hub";
let person: Newcomer;
beforeAll(async () => {
  person = await startNewcomer();
});
afterAll(() => person.close());

const outputs: string[] = [];
async function run(hook: "secrets" | "connect", env: Readonly<Record<string, string>> = {}) {
  const ended = await runHook(hook, { ...person.env, ...env }).ended;
  outputs.push(ended.text);
  return ended;
}

describe("azd up", () => {
  it("puts the account's login into the vault", async () => {
    const { token } = person;

    const { code } = await run("secrets", {
      DOCKER_TOKEN: token,
      DOCKER_PASSWORD: newcomer.password,
    });

    expect(code).toBe(0);
    expect(secretValue(person.app, "docker-hub-token")).toBe(token);
  });

  it("connects, adopts the credential set and makes the first rule, once ACR may read the secrets", async () => {
    const hook = runHook("connect", person.env);
    await hook.said("ACR may not read the credential set's secrets yet");
    person.letAcrIn();
    const { code, text } = await hook.ended;
    outputs.push(text);
    expect(code).toBe(0);

    const server = person.app.standIn.registries[0]?.loginServer() ?? "";
    const api = person.env["LARDER_API"];
    // Printed only when ACR takes its time.
    expect(
      text.replace("  Waiting for ACR …\n", ""),
    ).toBe(`Connecting func-larder, as ada@contoso.com
  Waiting until Azure has read the app and its function secretEvents …
  Credential set, its rights and the vault's events: deployed
Registry contoso
  Credential set docker-hub: Larder renews its token (managed)
  ACR may not read the credential set's secrets yet: role assignments take some minutes. Waiting …
  Rule docker-io-library-all-0a3hrbs: docker.io/library/* → contoso/library/*

Larder's API          ${api}
its page              ${api}   (it asks for the key: az functionapp keys list -n func-larder -g rg-larder --query functionKeys.default -o tsv)
its description       ${api}openapi.json

Try it:
  az acr login --name contoso
  docker pull ${server}/library/alpine:latest
`);
  });

  it("leaves a registry that answers the pull it proposes", async () => {
    const digest = await pushUpstream(person.app, "docker.io/library/alpine:latest");

    expect(await clientPull(person.app, "library/alpine", "latest")).toMatchObject({
      status: 200,
      digest,
    });
  });
});

describe("azd up again", () => {
  it("changes nothing", async () => {
    const before = await person.app.call("GET", "registries/contoso/rules");

    const secrets = await run("secrets");
    const connect = await run("connect");

    expect([secrets.code, connect.code]).toEqual([0, 0]);
    expect(secrets.text).toContain("docker-hub-ada--pulls-password: is there, and left as it is");
    expect(connect.text).toContain("1 rule is there; none is added.");
    const after = await person.app.call("GET", "registries/contoso/rules");
    expect(after.body).toEqual(before.body);
  });

  it("does not put an old token back after Larder has renewed it", async () => {
    const { token, app } = person;
    const wish = { force: true, reason: "a test" };
    const { status } = await app.call("POST", `${setPath}/rotate`, wish);
    expect(status).toBe(202);
    const live = async () => secretValue(app, "docker-hub-token");
    const renewed = await until("the new token", live, (value) => value !== token, 50);

    const { code } = await run("secrets", { DOCKER_TOKEN: token });

    expect(code).toBe(0);
    expect(renewed).toMatch(/^dckr_pat_/);
    expect(renewed).not.toBe(token);
    expect(secretValue(app, "docker-hub-token")).toBe(renewed);
  });
});

describe("secrets", () => {
  it("are in nothing that was printed, and in no argument", () => {
    const { token, app, programs } = person;
    const live = secretValue(app, "docker-hub-token");
    const secrets = [token, live, newcomer.password, app.host.functionKey, app.host.masterKey];
    const words = programs.given.flatMap((one) => [...one.words, ...one.files]);
    const seen = [...outputs, ...words].join("\n");

    expect(secrets.flatMap(formsOf).filter((form) => seen.includes(form))).toEqual([]);
    expect(outputs).toHaveLength(5);
  });
});
