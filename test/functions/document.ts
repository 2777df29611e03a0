import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { endpoints } from "../../src/functions/endpoints.ts";
import { openApiDocument } from "../../src/http/openapi.ts";

export type Json = { readonly [key: string]: unknown };

/** The description as a client gets it. */
export const document = JSON.parse(
  JSON.stringify(
    openApiDocument(
      endpoints(() => {
        throw new Error("the description asks no port");
      }),
    ),
  ),
) as Json & { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly headers?: Json; $ref?: string }>
  >;
}

type Content = Readonly<Record<string, { readonly schema: Json; readonly example?: unknown }>>;

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: "https://larder/openapi", components: document["components"] });

/** A validator for a schema of the document. */
export function validator(schema: Json): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll(
    '"#/components/',
    '"https://larder/openapi#/components/',
  );
  return ajv.compile(JSON.parse(text) as Json);
}

/** What is wrong with an answer, by the description; empty when it is as described. */
export function undocumented(operationId: string, status: number, body: unknown): string {
  const operation = operations().find((one) => one.operationId === operationId);
  const response = operation?.responses[status];
  const shared = { $ref: "#/components/schemas/Error" };
  const schema = response ? response.content?.["application/json"]?.schema : shared;
  if (!operation || (status < 400 && !response)) return `${operationId} ${status} is not described`;
  if (!schema)
    return body === undefined ? "" : `${operationId} ${status} is described without a body`;
  const validate = validator(schema);
  return validate(body) ? "" : ajv.errorsText(validate.errors);
}

export function operations(): readonly Operation[] {
  return Object.values(document.paths).flatMap((path) => Object.values(path));
}
