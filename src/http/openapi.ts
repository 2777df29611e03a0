import * as z from "zod";
import { apiVersion } from "./api-version.ts";
import type { Endpoint, Outcome } from "./endpoint.ts";
import { type SchemaCollector, schemaCollector } from "./openapi-schemas.ts";
import { errorDetail } from "./validation-body.ts";

type Json = Record<string, unknown>;

const errorBody = z.strictObject({ error: errorDetail }).meta({ id: "Error" });

const errorExample = {
  error: {
    code: "InvalidRequestBody",
    target: "source",
    message: 'source: "source" is required.',
    details: [{ code: "MissingField", target: "source", message: '"source" is required.' }],
  },
};

const headerTexts = {
  ETag: "State of the resource, for If-Match.",
  "Operation-Location": "The operation's address; poll it until its status is final.",
  "Retry-After": "Seconds to wait before asking again.",
};

const conditionTexts = {
  "If-Match": "Only when the resource is still in the state with this ETag; else 412.",
  "If-None-Match": '"*": only when it does not exist yet; else 412.',
};

const text = { schema: { type: "string" } };

/** The OpenAPI 3.1 description of a table of endpoints, made from the schemas that validate its requests. */
export function openApiDocument(endpoints: readonly Endpoint[]): Json {
  const schemas = schemaCollector();
  const paths: Record<string, Json> = {};
  for (const one of endpoints) {
    const path = `/${one.route.replace(/\{\w+:[^}]*\?\}$/, "")}`;
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one, schemas) };
  }
  const error = schemas.of(errorBody, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Larder",
      version: apiVersion,
      description: "Keeps an Azure Container Registry artifact cache stocked, fresh and signed in.",
    },
    servers: [{ url: "/api" }],
    security: [{ functionKey: [] }],
    paths,
    components: {
      schemas: schemas.components(),
      responses: {
        Error: {
          description: "Why it was not done, and how to mend it.",
          headers: { "x-ms-error-code": { description: "The error's code.", ...text } },
          content: { "application/json": { schema: error, example: errorExample } },
        },
      },
      securitySchemes: {
        functionKey: { type: "apiKey", in: "header", name: "x-functions-key" },
      },
    },
  };
}

function operation(one: Endpoint, schemas: SchemaCollector): Json {
  const role = one.role && `Role: ${one.role}.`;
  const description = [one.description, role].filter((part) => part !== undefined).join(" ");
  return {
    operationId: one.name,
    summary: one.summary,
    ...(description && { description }),
    parameters: parameters(one, schemas),
    ...(one.body && {
      requestBody: {
        required: one.body.optional !== true,
        content: {
          "application/json": {
            schema: schemas.of(one.body.schema, "input"),
            example: one.body.example,
          },
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(one.responses).map(([status, outcome]) => [
          status,
          response(outcome, schemas),
        ]),
      ),
      default: { $ref: "#/components/responses/Error" },
    },
    ...(one.role === undefined && { security: [] }),
  };
}

function parameters(one: Endpoint, schemas: SchemaCollector): Json[] {
  const of = (place: "path" | "query", shape: z.ZodRawShape): Json[] =>
    Object.entries(shape).map(([name, schema]) => {
      const { description, ...rest } = schemas.of(schema as z.ZodType, "input");
      const required = place === "path" || !z.safeParse(schema, undefined).success;
      return { name, in: place, required, ...(description ? { description } : {}), schema: rest };
    });
  const headers = (one.conditions ?? []).map((name) => ({
    name,
    in: "header",
    description: conditionTexts[name],
    ...text,
  }));
  const version = {
    name: "api-version",
    in: "query",
    description: "The newest when absent.",
    schema: { type: "string", enum: [apiVersion] },
  };
  return [
    ...of("path", one.route.endsWith("?}") ? {} : one.params.shape),
    ...of("query", one.query.shape),
    version,
    ...headers,
  ];
}

function response(outcome: Outcome, schemas: SchemaCollector): Json {
  const { description, headers = [], schema, example, contentType = "application/json" } = outcome;
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(
        headers.map((name) => [name, { description: headerTexts[name], ...text }]),
      ),
    }),
    ...(schema && {
      content: {
        [contentType]: {
          schema: schemas.of(schema, "output"),
          ...(example !== undefined && { example }),
        },
      },
    }),
  };
}
