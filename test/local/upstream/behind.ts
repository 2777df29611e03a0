import type { Answer, Call } from "../service.ts";
import { validName } from "./repositories.ts";

/** A real registry that speaks plain http without logins, e.g. Debian's docker-registry. */
export interface RealRegistry {
  holds(repository: string): Promise<boolean>;
  /** Its answer to a GET or HEAD below /v2/. */
  answer(call: Call): Promise<Answer>;
}

const kept = ["content-type", "docker-content-digest", "etag", "link", "content-range"];

/** The registry at a base URL such as "http://127.0.0.1:5000"; its answers are passed on byte for byte. */
export function realRegistry(url: string): RealRegistry {
  const base = url.replace(/\/$/, "");
  return {
    async holds(repository) {
      if (!validName(repository)) return false;
      const response = await fetch(`${base}/v2/${repository}/tags/list?n=1`);
      await response.arrayBuffer();
      return response.ok;
    },
    async answer(call) {
      const asked = ["accept", "range"].flatMap((name): [string, string][] => {
        const value = call.headers[name];
        return typeof value === "string" ? [[name, value]] : [];
      });
      const response = await fetch(
        `${base}${call.path}${call.query.size > 0 ? `?${call.query.toString()}` : ""}`,
        {
          method: call.method,
          headers: [...asked, ["accept-encoding", "identity"]],
        },
      );
      const body = Buffer.from(await response.arrayBuffer());
      const names = call.method === "HEAD" ? [...kept, "content-length"] : kept;
      const headers = names.flatMap((name): [string, string][] => {
        const value = response.headers.get(name);
        return value === null ? [] : [[name, value]];
      });
      return { status: response.status, headers: Object.fromEntries(headers), body };
    },
  };
}
