import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { Login } from "../../src/domain/ports.ts";
import { registryPulls } from "../../src/oci/registry-pulls.ts";
import type { Answer, Call } from "../local/service.ts";
import { basic, bearer, type Hosts, hosts, login, registryError } from "./oci-hosts.ts";
import { good, scriptedPulls } from "./oci-pulls-script.ts";

/* How Larder signs in to an Azure registry, and which registries it asks at all. */

let net: Hosts;
let server = "";
beforeAll(async () => {
  net = await hosts("evil.example");
  server = `localhost:${net.port}`;
});
afterAll(() => net.close());

const pulls = (answer: (call: Call) => Answer, given: readonly Login[]) =>
  scriptedPulls(net, answer, given);
const message = (text: string) => text.replaceAll("SERVER", server);

describe("the login", () => {
  /** A registry that takes the one login for a token. */
  const guarded = (call: Call): Answer => {
    if (call.path === "/oauth2/token") {
      const right = call.headers.authorization === basic;
      return right
        ? { status: 200, body: { access_token: "t" } }
        : registryError(401, "UNAUTHORIZED");
    }
    if (call.headers.authorization === "Bearer t") return good();
    return bearer(`realm="https://${server}/oauth2/token",service="${server}"`);
  };
  const expired: Login = { ...login, password: { ...login.password, reveal: () => "expired" } };

  it("goes to the registry's own token service, once a repository", async () => {
    const door = pulls(guarded, [login]);
    for (const tag of ["1", "2"]) await door.head("contoso", "a/b", tag);

    expect(net.seen).toEqual([
      "GET localhost/v2/",
      `GET localhost/oauth2/token?service=${server}&scope=repository:a/b:pull ${basic}`,
      "HEAD localhost/v2/a/b/manifests/1 Bearer t",
      "HEAD localhost/v2/a/b/manifests/2 Bearer t",
    ]);
  });

  it.each(["https://evil.example/token", "http://localhost/token", "https://localhost:1/token"])(
    "does not go to %s",
    async (realm) => {
      const pulled = await pulls(() => bearer(`realm="${realm}"`), [login]).head(
        "contoso",
        "a/b",
        "1",
      );

      expect(pulled.kind).toBe("couldNotAsk");
      expect(net.seen).toEqual(["GET localhost/v2/"]);
    },
  );

  it("is asked for again, once, when it is turned down", async () => {
    const door = pulls(guarded, [expired, login]);

    const pulled = await Promise.all(
      ["a/1", "a/2", "a/3"].map((one) => door.head("contoso", one, "1")),
    );

    expect(pulled.map(({ kind }) => kind)).toEqual(["answered", "answered", "answered"]);
  });

  it("that stays bad is told, without showing it", async () => {
    const pulled = await pulls(guarded, [expired, expired, login]).head("contoso", "a/b", "1");

    expect(pulled).toEqual({
      kind: "couldNotAsk",
      message: message(
        "SERVER turned down the user name and password: SERVER answered 401 (UNAUTHORIZED).",
      ),
    });
  });

  it("that cannot be had now is asked for the next time", async () => {
    let times = 0;
    net.script(guarded);
    const failed = new LarderError(
      "unavailable",
      { code: "Throttled", message: "Entra answered 429." },
      { retryAfterSeconds: 4 },
    );
    const door = registryPulls({
      loginServer: async () => server,
      login: () => (++times === 1 ? Promise.reject(failed) : Promise.resolve(login)),
      timeoutSeconds: 10,
    });

    expect(await door.head("contoso", "a/b", "1")).toEqual({
      kind: "couldNotAsk",
      message: "Entra answered 429.",
      retryAfterSeconds: 4,
    });
    expect((await door.head("contoso", "a/b", "1")).kind).toBe("answered");
  });

  it("is not spoken of by a 401 without a challenge: upstream's is meant (Azure/acr#599)", async () => {
    const door = pulls(
      (call) => {
        const refused = call.path.endsWith("/1") && call.headers.authorization === "Bearer t";
        return refused ? registryError(401, "UNAUTHORIZED") : guarded(call);
      },
      [login],
    );
    await door.head("contoso", "a/b", "2");
    net.seen.length = 0;

    expect(await door.get("contoso", "a/b", "1")).toEqual({
      kind: "couldNotAsk",
      message: message("SERVER answered 401 (UNAUTHORIZED) to GET a/b:1."),
    });
    expect(net.seen).toHaveLength(1);
  });
});

describe("a registry", () => {
  it.each([
    [
      "not served",
      new LarderError("missing", { code: "X", message: "Not served." }),
      "Not served.",
    ],
    [
      "of which nothing is known",
      new TypeError("secret"),
      "contoso could not be asked: TypeError in Larder.",
    ],
  ])("%s is not asked", async (_name, error, said) => {
    const door = registryPulls({
      loginServer: () => Promise.reject(error),
      login: async () => undefined,
      timeoutSeconds: 10,
    });

    expect(await door.get("contoso", "a/b", "1")).toEqual({ kind: "couldNotAsk", message: said });
  });

  it.each(["evil.example/x", "a@evil.example", "evil.example?x", "", "EVIL.example"])(
    "at %j is not asked",
    async (at) => {
      const door = registryPulls({
        loginServer: async () => at,
        login: async () => login,
        timeoutSeconds: 10,
      });

      expect(await door.get("contoso", "a/b", "1")).toEqual({
        kind: "couldNotAsk",
        message: `"${at}" was not asked: it is not a login server.`,
      });
    },
  );
});
