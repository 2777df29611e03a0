import type { Faults } from "../faults.ts";
import { type Answer, refuse, type Service } from "../service.ts";
import { registryAt, tokenServiceAt } from "./dialects.ts";
import { answerRegistry, type RegistryParts } from "./registry.ts";
import { grantToken, type TokenServiceParts } from "./token-service.ts";
import { visitOf, wantedBy } from "./visit.ts";

/** One service for every upstream host and the token services behind them; the host of a call decides. */
export function upstreamService(
  faults: Faults,
  registry: RegistryParts,
  tokens: TokenServiceParts,
): Service {
  return {
    name: "upstream",
    endpoint({ method, path }) {
      const wanted = wantedBy(path);
      if (!wanted) return `${method} ${path}`;
      if (wanted.kind === "tags") return `${method} /v2/{repository}/tags/list`;
      const last = wanted.kind === "manifests" ? "reference" : "digest";
      return `${method} /v2/{repository}/${wanted.kind}/{${last}}`;
    },
    answer(call): Answer | Promise<Answer> {
      const tokenService = tokenServiceAt(call.host);
      const dialect = tokenService ?? registryAt(call.host);
      if (!dialect) return notARegistry(call.host);
      const visit = visitOf(call, dialect, faults);
      const { token } = dialect;
      // "/token" also on the registry's own host, for a relative realm.
      if (token && (call.path === token.path || call.path === "/token"))
        return grantToken(visit, token, tokens);
      if (tokenService || !/^\/v2(\/|$)/.test(call.path))
        return refuse({ status: 404, body: "404 page not found\n" });
      return answerRegistry(visit, registry);
    },
  };
}

/** Docker's web sites send browsers on; any other host is unknown here. */
function notARegistry(host: string): Answer {
  if (host === "docker.io")
    return { status: 301, headers: { Location: "https://www.docker.com/" }, body: "" };
  return {
    status: 404,
    headers: { "Content-Type": "text/plain" },
    body: `no upstream registry at ${host}\n`,
  };
}
