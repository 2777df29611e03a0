import { RequestError } from "./request-error.ts";

/** The version every link carries. */
export const apiVersion = "2026-11-01";

/** Absent means the newest; any other is 400 `UnsupportedApiVersionValue`. */
export function checkApiVersion(query: URLSearchParams): void {
  const unknown = query.getAll("api-version").find((given) => given !== apiVersion);
  if (unknown === undefined) return;
  throw new RequestError(400, {
    code: "UnsupportedApiVersionValue",
    target: "api-version",
    message: `This api-version is not supported. Supported: ${apiVersion}. It may also be left out.`,
  });
}
