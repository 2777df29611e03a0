import type { Answer } from "../service.ts";
import { registryError } from "./errors.ts";

/* How each host says 429; shapes from specs/dockerhub observed-wire-facts.json and facts/docker-hub.md section 3. */

/** Docker Hub's abuse limit (docker/hub-feedback#1907). */
export const hap429: Answer = {
  status: 429,
  headers: { "Cache-Control": "no-cache", "Content-Type": "text/plain", "Retry-After": "60" },
  body: "Too Many Requests (HAP429).\n",
};

/** The wait stands only in the body, in microseconds (dependabot/cli#380). */
export const ghcrThrottle = registryError(
  429,
  "TOOMANYREQUESTS",
  "retry-after: 880.092µs, allowed: 44000/minute",
);

/** nginx in front of Quay (3scale/3scale-operator#583). */
export const quayThrottle: Answer = {
  status: 429,
  headers: { "Content-Type": "text/html" },
  body:
    "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n" +
    "<center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
};

/** aws/aws-lambda-web-adapter#429. */
export const ecrThrottle = registryError(429, "TOOMANYREQUESTS", "Rate exceeded");

/** Invented: hosts with no recorded answer send the specification's code and a Retry-After. */
export const plainThrottle: Answer = {
  ...registryError(429, "TOOMANYREQUESTS", "too many requests"),
  headers: { "Retry-After": "1" },
};

const more = "https://www.docker.com/increase-rate-limit";

/** Docker Hub's pull limit: three texts seen; the Personal one holds the user name and a token id. */
export function pullLimit(
  text: "anonymous" | "documented" | { readonly user: string; readonly jti: string },
): Answer {
  if (text === "anonymous")
    return registryError(
      429,
      "TOOMANYREQUESTS",
      `You have reached your unauthenticated pull rate limit. ${more}`,
    );
  if (text === "documented")
    return registryError(
      429,
      "TOOMANYREQUESTS",
      `You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: ${more}`,
    );
  return registryError(
    429,
    "TOOMANYREQUESTS",
    `You have reached your pull rate limit as '${text.user}': ${text.jti}. You may increase the limit by upgrading. ${more}`,
  );
}
