import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endpoints } from "../../src/functions/endpoints.ts";
import { registrations } from "../../src/functions/register.ts";
import { fakePorts } from "../fakes/ports.ts";
import { parseRoute } from "../local/host/route.ts";
import { type Served, serve } from "./serve.ts";

const registered = registrations(
  endpoints(() => fakePorts()),
  () => false,
  () => false,
);
const byName = registered.toSorted((a, b) =>
  a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1,
);

describe("the functions", () => {
  it("all need a function key but the probe and the page's shell", () => {
    const open = registered.filter(({ options }) => options.authLevel !== "function");

    expect(open.map(({ name, options }) => [name, options.authLevel])).toEqual([
      ["getHealth", "anonymous"],
      ["viewStatusPage", "anonymous"],
    ]);
  });

  it("need no key where sign-in tells who calls, and one where the settings cannot be read", () => {
    const levels = (keyless: () => boolean) => {
      const all = registrations(
        endpoints(() => fakePorts()),
        () => true,
        keyless,
      );
      return new Set(all.map(({ options }) => options.authLevel));
    };
    const unreadable = () => {
      throw new Error("REGISTRIES is missing");
    };

    expect(levels(() => true)).toEqual(new Set(["anonymous"]));
    // The platform, or a hand, says sign-in; the deployment does not.
    expect(levels(() => false)).toEqual(new Set(["anonymous", "function"]));
    expect(levels(unreadable)).toEqual(new Set(["anonymous", "function"]));
  });

  it("say their methods and route, under names the host takes", () => {
    for (const { name, options } of registered) {
      expect(name).toMatch(/^[a-z][a-z0-9_-]{0,127}$/i);
      expect(options.methods?.length).toBeGreaterThan(0);
      expect(options.route).toBeTruthy();
    }
  });

  it("end with the one for everything else", () => {
    expect(byName.at(-1)?.name).toBe("zzUnmatched");
  });

  it.each(registered.filter(({ name }) => name !== "zzUnmatched").map((one) => [one.name, one]))(
    "%s is reached by its own address in the host's order",
    (_name, { options, name }) => {
      const path = `/api/${options.route?.replace(/\{\w+:[^}]*\}/, "").replaceAll(/[{}]/g, "")}`;
      for (const method of options.methods ?? []) {
        const first = byName.find(
          (one) =>
            one.options.methods?.includes(method) &&
            parseRoute(`api/${one.options.route}`).match(path),
        );
        expect(first?.name).toBe(name);
      }
    },
  );
});

describe("an address nobody serves", () => {
  let served: Served;
  beforeEach(async () => {
    served = await serve(() => fakePorts());
  });
  afterEach(() => served.close());

  it.each([
    ["PUT", "/api/status", 405, "GET, HEAD"],
    ["DELETE", "/api/registries/contoso/rules", 405, "GET, HEAD, POST"],
    ["OPTIONS", "/api/registries/contoso/rules/nginx", 405, "DELETE, GET, HEAD, PATCH, PUT"],
    ["HEAD", "/api/registries/contoso/rules/nginx/approve", 405, "POST"],
    ["GET", "/API/Registries/contoso/RULES/nginx/reject", 405, "POST"],
    ["POST", "/api/", 405, "GET, HEAD"],
    ["GET", "/api/nothing", 404, null],
    ["GET", "/api/registries", 404, null],
    ["GET", "/api/registries//rules", 404, null],
    ["PUT", "/api/registries/contoso/rules/nginx/more/and/more", 404, null],
  ])("%s %s is %i, Allow: %s", async (method, path, status, allow) => {
    const heard = await served.call(method, path);

    expect(heard.status).toBe(status);
    expect(heard.headers.get("Allow")).toBe(allow);
    expect(heard.headers.get("x-ms-error-code")).toBe(
      status === 405 ? "MethodNotAllowed" : "ResourceNotFound",
    );
    expect(heard.text === "").toBe(method === "HEAD");
  });

  it.each(["/api/health", "/api/status", "/api/", "/api/openapi.json"])(
    "HEAD %s is as GET without a body",
    async (path) => {
      const get = await served.call("GET", path);
      const head = await served.call("HEAD", path);

      expect(head.status).toBe(200);
      expect(head.text).toBe("");
      expect(head.headers.get("Content-Type")).toBe(get.headers.get("Content-Type"));
    },
  );

  it("is told only to callers with a key", async () => {
    const heard = await served.call("GET", "/api/nothing", {
      headers: { "x-functions-key": "no" },
    });

    expect([heard.status, heard.text]).toEqual([401, ""]);
  });
});
