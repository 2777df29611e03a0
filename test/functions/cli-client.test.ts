import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, findApi } from "../../src/cli/client.ts";
import { apiAccess } from "../../src/config.ts";
import { fakePorts } from "../fakes/ports.ts";
import { functionKey, type Served, serve } from "./serve.ts";

const local = JSON.stringify({ api: "http://127.0.0.1:7071/api/", functionKey: "local", ca: "x" });

describe("where Larder is", () => {
  it.each([
    [
      "named",
      { api: "https://a.example", key: "k" },
      {},
      local,
      "https://a.example/api/",
      { "x-functions-key": "k" },
    ],
    [
      "with its path",
      { api: "https://a.example/api/" },
      {},
      undefined,
      "https://a.example/api/",
      {},
    ],
    [
      "in the environment",
      {},
      { api: "https://b.example/api", key: "e" },
      local,
      "https://b.example/api/",
      { "x-functions-key": "e" },
    ],
    [
      "signed in to",
      {},
      { api: "https://b.example", token: "t" },
      undefined,
      "https://b.example/api/",
      { Authorization: "Bearer t" },
    ],
    [
      "named, its key in the environment",
      { api: "https://a.example" },
      { api: "https://b.example", key: "e" },
      local,
      "https://a.example/api/",
      { "x-functions-key": "e" },
    ],
    [
      "running here",
      {},
      { token: "t" },
      local,
      "http://127.0.0.1:7071/api/",
      { "x-functions-key": "local" },
    ],
  ])("%s", (_case, chosen, environment, localText, address, headers) => {
    expect(findApi(chosen, environment, localText)).toEqual({ address, headers });
  });

  it("is asked for when nothing says it", () => {
    expect(() => findApi({}, {}, undefined)).toThrow("--api");
  });

  it.each(["http://larder.example", "ftp://127.0.0.1", "larder", ""])(
    "is not %j: a key would go there in the clear, or nowhere",
    (api) => {
      expect(() => findApi({ api, key: "k" }, {}, local)).toThrow("is no address of Larder's API");
    },
  );

  it("stands in the environment under these names; an empty value is none", () => {
    expect(
      apiAccess({ LARDER_API: "https://a.example", LARDER_KEY: " ", LARDER_TOKEN: "t\n" }),
    ).toEqual({
      api: "https://a.example",
      key: undefined,
      token: "t",
    });
  });
});

describe("a refusal is said in sentences", () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(() => fakePorts());
  });
  afterAll(() => served.close());

  const refusalOf = async (path: string, body?: unknown, key = functionKey) => {
    const api = { address: `${served.url}/api/`, headers: { "x-functions-key": key } };
    const answer = call(api, body === undefined ? "GET" : "POST", path, body);
    return answer.catch((error: unknown) => (error as Error).message);
  };

  it("with code and target", async () => {
    expect(await refusalOf("registries/nowhere/rules")).toBe(
      'Larder does not serve a registry "nowhere". It serves: contoso. (RegistryNotFound, registry)',
    );
  });

  it("every one of several", async () => {
    const wrong = await refusalOf("registries/contoso/adopt", { rules: ["a"], owner: " x" });

    expect(wrong.split("\n")).toEqual([
      expect.stringMatching(/^rules\[0\]: .*\(InvalidRequestBody, rules\[0\]\)$/),
      expect.stringMatching(/\(InvalidField, owner\)$/),
    ]);
  });

  it("also where the key is wrong", async () => {
    expect(await refusalOf("status", undefined, "other")).toMatch(
      /^The API lets nobody in .*\(401\).*LARDER_KEY/,
    );
  });
});

describe("what is not Larder", () => {
  it("is said to be something else, and no redirect is followed with the key", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? "");
      if (request.url === "/api/moved") response.writeHead(302, { location: "/api/login" }).end();
      else response.writeHead(502).end("<html>");
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;

    await expect(call({ address, headers: {} }, "GET", "x")).rejects.toThrow(
      `${address} answered 502, and not as Larder does`,
    );
    await expect(call({ address, headers: {} }, "GET", "moved")).rejects.toThrow("gave no answer");
    expect(seen).toEqual(["/api/x", "/api/moved"]);

    await new Promise((resolve) => void server.close(resolve));
    await expect(call({ address, headers: {} }, "GET", "x")).rejects.toThrow("gave no answer");
  });
});
