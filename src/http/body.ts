import { checkJsonValue } from "./json-value.ts";
import { RequestError } from "./request-error.ts";

/** Bytes a request body may have. */
const maximumBody = 256 * 1024;

/** 413 when the length is beyond what any request needs. */
export function checkLength(bytes: number): void {
  if (bytes <= maximumBody) return;
  throw new RequestError(413, {
    code: "RequestBodyTooLarge",
    message: `A request body may have ${maximumBody} bytes. Split the request.`,
  });
}

/** 415 unless the body is announced as JSON in UTF-8; no announcement at all is taken for JSON. */
function checkContentType(contentType: string | null): void {
  if (contentType === null) return;
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const charset = parameters.find((one) => one.startsWith("charset="))?.slice("charset=".length);
  const isJson = /^application\/(?:[a-z0-9.-]+\+)?json$/.test(type);
  if (isJson && [undefined, "utf-8", '"utf-8"', "utf8"].includes(charset)) return;
  throw new RequestError(415, {
    code: "UnsupportedMediaType",
    target: "Content-Type",
    message: "Send JSON in UTF-8, with the header Content-Type: application/json.",
  });
}

function invalidJson(message: string): RequestError {
  return new RequestError(400, { code: "InvalidJson", message });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidJson("The body is not valid UTF-8.");
  }
}

/** The body as a JSON value; undefined when there is none. 413, 415 or 400 `InvalidJson` otherwise. */
export function parseBody(bytes: Uint8Array, contentType: string | null): unknown {
  checkLength(bytes.length);
  if (bytes.length === 0) return undefined;
  checkContentType(contentType);
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the body; only the place in it is passed on.
    const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(String(error))?.[0];
    throw invalidJson(`The body is not valid JSON${place ? ` ${place}` : ""}.`);
  }
  checkJsonValue(value);
  return value;
}
