import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { secret } from "../../src/domain/secret.ts";
import { upstreamRegistries } from "../../src/oci/upstream-registries.ts";
import { faults } from "../local/faults.ts";
import { requestLog } from "../local/request-log.ts";
import { type Answer, type Call, listen } from "../local/service.ts";
import { authority, type ServerCertificate } from "../local/tls.ts";

/** Every host name on one TLS socket, answering what the test at hand says. */
export interface Hosts {
  /** Base of `connectTo`: all of port 443 leads here. */
  readonly connectTo: ReadonlyMap<string, string>;
  readonly port: number;
  /** For other servers of the same names. */
  readonly certificate: ServerCertificate;
  /** Requests so far, as "METHOD host/path?query" with the kind of authorization: "HEAD ghcr.io/v2/ Bearer x". */
  readonly seen: string[];
  /** Starts over with another script and a client that remembers nothing. */
  script(
    answer: (call: Call) => Answer | Promise<Answer>,
    settings?: { readonly timeoutSeconds?: number; readonly maxSockets?: number },
  ): ReturnType<typeof upstreamRegistries>;
  close(): Promise<void>;
}

/** Serves the given names (wildcards allowed) with a certificate that this process then trusts. */
export async function hosts(...names: string[]): Promise<Hosts> {
  const certificate = await authority(names);
  setDefaultCACertificates([...getCACertificates("default"), certificate.ca]);
  const seen: string[] = [];
  let current: (call: Call) => Answer | Promise<Answer> = () => ({ status: 500 });
  const service = {
    name: "upstream",
    endpoint: (call: Call) => `${call.method} ${call.path}`,
    answer(call: Call) {
      const query = call.query.size > 0 ? `?${decodeURIComponent(call.query.toString())}` : "";
      const authorization = call.headers.authorization ? ` ${call.headers.authorization}` : "";
      seen.push(`${call.method} ${call.host}${call.path}${query}${authorization}`);
      return current(call);
    },
  };
  const around = { faults: faults(), log: requestLog(), delayMs: 0 };
  const listener = await listen(service, around, { certificate });
  const connectTo = new Map([["*:443", `127.0.0.1:${listener.port}`]]);
  return {
    connectTo,
    port: listener.port,
    certificate,
    seen,
    script(answer, { timeoutSeconds = 10, maxSockets } = {}) {
      seen.length = 0;
      current = answer;
      return upstreamRegistries({ connectTo, timeoutSeconds, maxSockets });
    },
    close: () => listener.close(),
  };
}

/** The one login that scripts know: "reader" with "s3cret!", as `basic` in an Authorization header. */
export const login = { username: secret("reader"), password: secret("s3cret!") };
export const basic = "Basic cmVhZGVyOnMzY3JldCE=";

export function bearer(parameters: string): Answer {
  return { status: 401, headers: { "WWW-Authenticate": `Bearer ${parameters}` } };
}

export function registryError(status: number, code: string, message = "as seen"): Answer {
  return { status, body: { errors: [{ code, message }] } };
}
