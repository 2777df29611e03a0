import type * as z from "zod";
import type { Caller, Role } from "./caller.ts";
import type { ConditionalHeader, Conditions } from "./conditions.ts";
import { parseInput } from "./problems.ts";
import { parseQuery } from "./query.ts";
import { RequestError } from "./request-error.ts";

type Method = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** What a handler returns. A text body goes as it is, with its Content-Type among the headers; anything else as JSON. */
export interface Result {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One possible answer, for the OpenAPI document. */
export interface Outcome {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** "application/json" unless said. */
  readonly contentType?: string;
  readonly headers?: readonly ("ETag" | "Operation-Location" | "Retry-After")[];
}

/** A request read as far as HTTP goes; nothing of it checked against a schema yet. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** JSON value; undefined when the request has no body. */
  readonly body: unknown;
  readonly caller: Caller;
  readonly conditions: Conditions;
  /** "https://host/api", for links. */
  readonly base: string;
  /** The request's own address without its query. */
  readonly url: string;
}

interface About {
  /** Also the name of the function, by which the host sorts (facts/functions.md section 1.5). */
  readonly name: string;
  readonly method: Method;
  /** Below /api/: "registries/{registry}/rules". */
  readonly route: string;
  /** Absent: anybody, without a function key. */
  readonly role?: Role | undefined;
  readonly summary: string;
  readonly description?: string;
  readonly conditions?: readonly ConditionalHeader[];
  readonly responses: Readonly<Record<number, Outcome>>;
}

interface BodyOf<B> {
  readonly schema: B;
  readonly example: unknown;
  /** A request without a body counts as `{}`. */
  readonly optional?: boolean;
}

interface Declaration<P extends z.ZodRawShape, Q extends z.ZodRawShape, B extends z.ZodType>
  extends About {
  readonly params: z.ZodObject<P>;
  readonly query: z.ZodObject<Q>;
  readonly body?: BodyOf<B>;
  handle(
    input: Omit<RawInput, "params" | "query" | "body"> & {
      readonly params: z.output<z.ZodObject<P>>;
      readonly query: z.output<z.ZodObject<Q>>;
      readonly body: z.output<B>;
    },
  ): Promise<Result>;
}

/** One declaration: everything about an endpoint, from its route to its examples. */
export interface Endpoint extends About {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: BodyOf<z.ZodType>;
  /** Checks the request against the schemas (400), then does what it asks. */
  run(raw: RawInput): Promise<Result>;
}

/** Ties a handler to its schemas, so that it sees parsed input only. */
export function endpoint<
  P extends z.ZodRawShape,
  Q extends z.ZodRawShape,
  B extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<P, Q, B>): Endpoint {
  return {
    ...declaration,
    run: (raw) =>
      declaration.handle({
        ...raw,
        params: parseInput("path", declaration.params, raw.params),
        query: parseQuery(declaration.query, raw.query),
        body: bodyOf(declaration.body, raw.body) as z.output<B>,
      }),
  };
}

function bodyOf(wanted: BodyOf<z.ZodType> | undefined, body: unknown): unknown {
  if (!wanted) {
    if (body === undefined) return undefined;
    throw new RequestError(400, {
      code: "UnexpectedBody",
      message: "This call takes no body.",
    });
  }
  if (body !== undefined) return parseInput("body", wanted.schema, body);
  if (wanted.optional) return parseInput("body", wanted.schema, {});
  throw new RequestError(400, {
    code: "MissingRequestBody",
    message: "This call takes a JSON body, sent with a Content-Length (not chunked).",
  });
}
