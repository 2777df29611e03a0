import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { undocumented } from "./document.ts";
import { type Served, serve } from "./serve.ts";

const rules = "/api/registries/contoso/rules";

let ports: FakePorts;
let served: Served;

beforeEach(async () => {
  ports = fakePorts();
  served = await serve(() => ports);
});
afterEach(() => served.close());

describe("a batch", () => {
  it("answers each request by itself, in order", async () => {
    const heard = await served.call("POST", `${rules}/batch`, {
      body: {
        rules: [
          { name: "nginx", source: "docker.io/library/nginx", target: "nginx" },
          { name: "nginx", source: "docker.io/library/nginx", target: "nginx" },
          { name: "wrong", source: "docker.io/library/nginx:latest" },
          { source: "quay.io/argoproj/*", target: "argoproj/*" },
        ],
      },
    });

    expect(heard.status).toBe(200);
    expect(undocumented("batchRules", 200, heard.json)).toBe("");
    expect(heard.json).toMatchObject({
      value: [
        { name: "nginx", status: 201, rule: { status: "requested" } },
        { name: "nginx", status: 200 },
        { name: "wrong", status: 400, error: { code: "SourceHasTag", target: "source" } },
        { status: 201, rule: { source: "quay.io/argoproj/*" } },
      ],
    });
  });

  it.each([0, 101])("of %i is refused whole", async (count) => {
    const body = { rules: Array.from({ length: count }, () => ({ source: "quay.io/a/b" })) };

    const heard = await served.call("POST", `${rules}/batch`, { body });

    expect(heard.status).toBe(400);
    expect(heard.json).toMatchObject({ error: { code: "InvalidRequestBody", target: "rules" } });
    expect(ports.table.texts()).toEqual([]);
  });

  it("answers 503 to each request it did not reach in time, and when to ask again", async () => {
    ports.interruptions.interrupt("rules.commit", "after", () => ports.clock.advance(200));

    const heard = await served.call("POST", `${rules}/batch`, {
      body: {
        rules: [
          { name: "first", source: "quay.io/a/b", target: "b" },
          { name: "second", source: "quay.io/a/c", target: "c" },
          { source: "quay.io/a/d:latest" },
        ],
      },
    });

    const notTried = { code: "NotTried", message: expect.stringContaining("Send it again.") };
    expect([heard.status, heard.headers.get("Retry-After")]).toEqual([200, "1"]);
    expect(undocumented("batchRules", 200, heard.json)).toBe("");
    expect(heard.json).toEqual({
      value: [
        {
          name: "first",
          source: "quay.io/a/b",
          status: 201,
          rule: expect.objectContaining({ status: "requested" }),
        },
        { name: "second", source: "quay.io/a/c", status: 503, error: notTried },
        { source: "quay.io/a/d:latest", status: 503, error: notTried },
      ],
    });
  });

  it("asks nobody to wait when all are answered", async () => {
    const body = { rules: [{ source: "quay.io/a/b" }, { source: "quay.io/a/c:latest" }] };
    const heard = await served.call("POST", `${rules}/batch`, { body });

    expect(heard.headers.get("Retry-After")).toBeNull();
  });

  it("does not send a password back that stood in a source", async () => {
    const heard = await served.call("POST", `${rules}/batch`, {
      body: { rules: [{ source: "https://user:s3cretpw@docker.io/x", target: "pp" }] },
    });

    expect(heard.json).toMatchObject({ value: [{ error: { code: "SourceHasCredentials" } }] });
    expect(heard.text).not.toContain("s3cretpw");
  });

  it("gives what is no request its own 400, naming the field, and goes on", async () => {
    const heard = await served.call("POST", `${rules}/batch`, {
      body: {
        rules: [{ source: 1, sauce: 2 }, null, "x", { name: "good-one", source: "quay.io/a/b" }],
      },
    });

    expect(heard.status).toBe(200);
    expect(undocumented("batchRules", 200, heard.json)).toBe("");
    expect(heard.json).toMatchObject({
      value: [
        {
          status: 400,
          error: {
            code: "InvalidRequestBody",
            details: [
              { code: "InvalidField", target: "source" },
              { code: "UnknownField", target: "sauce" },
            ],
          },
        },
        { status: 400, error: { code: "InvalidRequestBody" } },
        { status: 400, error: { code: "InvalidRequestBody" } },
        { name: "good-one", status: 201 },
      ],
    });
  });
});

describe("a validation", () => {
  it.each([
    [
      { source: "docker.io/nginx", target: "nginx" },
      { valid: true, status: "requested" },
    ],
    [
      { source: "nowhere.example/nginx" },
      { valid: false, problems: [{ code: "UpstreamNotSupported" }] },
    ],
  ])("%j", async (body, wanted) => {
    const heard = await served.call("POST", `${rules}/validate`, { body });

    expect(heard.status).toBe(200);
    expect(undocumented("validateRule", 200, heard.json)).toBe("");
    expect(heard.json).toMatchObject(wanted);
    expect(ports.table.texts()).toEqual([]);
  });
});

describe("a list", () => {
  const get = async (path: string) => {
    const { json } = await served.call("GET", path);
    expect(undocumented("listRules", 200, json)).toBe("");
    return json as { value: { name: string }[]; nextLink?: string };
  };

  beforeEach(() => {
    for (const name of ["alpine", "busybox", "cassandra"])
      ports.arm.put("contoso", { name, source: `quay.io/library/${name}`, target: name });
  });

  it("goes from page to page with its filters kept", async () => {
    const names: string[] = [];
    const links: string[] = [];
    let path: string | undefined = `${rules}?top=1&status=unmanaged`;
    while (path !== undefined) {
      const page: Awaited<ReturnType<typeof get>> = await get(path);
      names.push(...page.value.map(({ name }) => name));
      if (page.nextLink) links.push(page.nextLink);
      path = page.nextLink?.slice(served.url.length);
    }

    expect(names).toEqual(["alpine", "busybox", "cassandra"]);
    expect(links.map((link) => link.includes("status=unmanaged"))).toEqual([true, true]);
  });

  it("is filtered", async () => {
    expect((await get(`${rules}?source=quay.io/library/busybox`)).value).toMatchObject([
      { name: "busybox" },
    ]);
    expect((await get(`${rules}?status=active`)).value).toEqual([]);
  });

  it("goes without pull commands while the login server cannot be found out", async () => {
    const down = new LarderError("unavailable", {
      code: "ArmUnavailable",
      message: "ARM is away.",
    });
    ports.interruptions.interrupt(
      "registries.loginServer",
      "before",
      () => {
        throw down;
      },
      9,
    );

    const { value } = await get(`${rules}?top=1`);

    expect(value).toHaveLength(1);
    expect(value[0]).not.toHaveProperty("pull");
  });
});
