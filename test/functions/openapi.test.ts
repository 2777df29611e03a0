import { describe, expect, it } from "vitest";
import { document, type Json, operations, validator } from "./document.ts";

/** Every object in a JSON value, with its place. */
function* objects(value: unknown, at = "#"): Generator<[string, Json]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Json];
  for (const [key, item] of Object.entries(value))
    yield* objects(item, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

const places = new Map(objects(document));

describe("the description of the API", () => {
  it("is OpenAPI 3.1 with a title, a version and paths that start with a slash", () => {
    expect(document).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Larder", version: "2026-11-01" },
    });
    expect(Object.keys(document.paths).filter((path) => !path.startsWith("/"))).toEqual([]);
  });

  it("describes exactly the calls there are", () => {
    const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(calls.sort()).toEqual([
      "DELETE /registries/{registry}/rules/{name}",
      "GET /",
      "GET /health",
      "GET /openapi.json",
      "GET /operations/{id}",
      "GET /registries/{registry}/credential-sets",
      "GET /registries/{registry}/credential-sets/{name}",
      "GET /registries/{registry}/export",
      "GET /registries/{registry}/history",
      "GET /registries/{registry}/refreshes/{id}/results",
      "GET /registries/{registry}/rules",
      "GET /registries/{registry}/rules/{name}",
      "GET /registries/{registry}/tags",
      "GET /status",
      "PATCH /registries/{registry}/rules/{name}",
      "POST /registries/{registry}/adopt",
      "POST /registries/{registry}/credential-sets/{name}/rotate",
      "POST /registries/{registry}/refreshes",
      "POST /registries/{registry}/rules",
      "POST /registries/{registry}/rules/batch",
      "POST /registries/{registry}/rules/validate",
      "POST /registries/{registry}/rules/{name}/approve",
      "POST /registries/{registry}/rules/{name}/forget",
      "POST /registries/{registry}/rules/{name}/reject",
      "POST /registries/{registry}/tags/pin",
      "POST /registries/{registry}/tags/unpin",
      "PUT /registries/{registry}/credential-sets/{name}",
      "PUT /registries/{registry}/rules/{name}",
    ]);
  });

  it("has no reference that leads nowhere", () => {
    const targets = [...places.values()]
      .map((one) => one["$ref"])
      .filter((ref) => typeof ref === "string");

    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((target) => !places.has(target))).toEqual([]);
  });

  it("names every operation once", () => {
    const names = operations().map(({ operationId }) => operationId);

    expect(new Set(names).size).toBe(names.length);
  });

  it.each(Object.entries(document.paths))(
    "declares each parameter in the path %s",
    (path, methods) => {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);

      for (const { parameters } of Object.values(methods)) {
        const declared = parameters.filter((one) => one.in === "path").map(({ name }) => name);
        expect(declared).toEqual(wanted);
      }
    },
  );

  const withExample = [...places].filter(([, one]) => "schema" in one && "example" in one);

  it("has an example in nearly every body", () => {
    expect(withExample.length).toBeGreaterThan(20);
  });

  it.each(withExample)(
    "has an example that fits its schema at %s",
    (_place, { schema, example }) => {
      const validate = validator(schema as Json);

      validate(example);
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it("turns down what the API turns down", () => {
    const validate = validator({ $ref: "#/components/schemas/NamedRuleRequest" });

    expect(validate({ source: "docker.io/library/nginx" })).toBe(true);
    expect(validate({ source: "docker.io/library/nginx", sauce: 1 })).toBe(false);
    expect(validate({})).toBe(false);
  });
});
