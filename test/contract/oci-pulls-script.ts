import type { Login } from "../../src/domain/ports.ts";
import type { Pulls } from "../../src/domain/refresh-ports.ts";
import { registryPulls } from "../../src/oci/registry-pulls.ts";
import type { Answer, Call } from "../local/service.ts";
import type { Hosts } from "./oci-hosts.ts";

/** A manifest, with the digest that sha256sum gives it. */
const manifest = '{"schemaVersion":2}';
export const digest = "sha256:bafebd36189ad3688b7b3915ea55d461e0bfcfbdde11e54b0a123999fb6be50f";
export const other = `sha256:${"0".repeat(64)}`;

export const good = (more: Record<string, string> = {}, body = manifest): Answer => ({
  status: 200,
  headers: { "Docker-Content-Digest": digest, ...more },
  body,
});

/** The registry "contoso", at localhost and a port as locally, answering what the test at hand says; one login after the other. */
export function scriptedPulls(
  net: Hosts,
  answer: Answer | ((call: Call) => Answer),
  given: readonly (Login | undefined)[] = [],
): Pulls {
  net.script((call) => (typeof answer === "function" ? answer(call) : answer));
  const left = [...given];
  return registryPulls({
    loginServer: async () => `localhost:${net.port}`,
    login: async () => left.shift(),
    timeoutSeconds: 10,
  });
}
