import { Ajv } from "ajv";
import type { Exchange } from "../local/request-log.ts";
import { readIfThere } from "./local-vault-stage.ts";

interface Operation {
  readonly parameters: readonly {
    readonly in?: string;
    readonly schema?: { readonly $ref: string };
  }[];
  readonly responses: Readonly<Record<string, { readonly schema?: { readonly $ref: string } }>>;
}

interface Spec {
  readonly definitions: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const text = readIfThere(
  new URL("../../../shared/specs/keyvault/secrets-7.5.json", import.meta.url),
);

export const specIsThere = text !== undefined;

/** A check of exchanges against the published description; answers what is wrong with one, "" when nothing. */
export function specCheck(): (exchange: Exchange) => string {
  const spec = JSON.parse(text ?? "{}") as Spec;
  const ajv = new Ajv({ strict: false });
  for (const format of ["unixtime", "int32"])
    ajv.addFormat(format, { type: "number", validate: Number.isInteger });
  ajv.addFormat("base64url", /^[\w-]*$/);
  ajv.addSchema({ $id: "spec", definitions: spec.definitions });
  const judge = (ref: string | undefined, value: unknown, what: string) => {
    if (ref === undefined) return value === undefined ? "" : `${what} should be empty`;
    const good = ajv.validate({ $ref: `spec${ref}` }, value);
    return good ? "" : `${what}: ${ajv.errorsText()}`;
  };
  return ({ endpoint, call, answer }) => {
    const [method = "", path = ""] = endpoint.split(" ");
    const operation = spec.paths[path]?.[method.toLowerCase()];
    if (!operation) return `${endpoint} is not in the description`;
    const { responses, parameters } = operation;
    const response = responses[String(answer.status)] ?? responses["default"];
    const problem = judge(
      response?.schema?.$ref,
      answer.body,
      `answer ${answer.status} of ${endpoint}`,
    );
    const sent =
      call.body.length === 0 || answer.status >= 400
        ? undefined
        : (JSON.parse(call.body.toString()) as unknown);
    if (problem !== "" || sent === undefined) return problem;
    return judge(
      parameters.find((one) => one.in === "body")?.schema?.$ref,
      sent,
      `body of ${endpoint}`,
    );
  };
}
