import type { Answer, Call } from "../service.ts";
import type { RealRegistry } from "./behind.ts";
import type { Dialect } from "./dialect.ts";
import type { Repositories, Visibility } from "./repositories.ts";
import { answerFromShelf } from "./shelf.ts";
import type { Visit } from "./visit.ts";

/** Everything all upstreams hold: made up here, or in a real registry put behind a host. */
export interface Library {
  /** Who may read a repository, by the name a client uses at `host`. */
  visibility(dialect: Dialect, host: string, name: string): Promise<Visibility>;
  /** The answer to a GET or HEAD whose caller may read the repository, in the host's dialect. */
  answer(visit: Visit): Promise<Answer>;
  /** From now on the repositories of a plain http registry are found at the upstream. */
  behind(upstream: string, registry: RealRegistry): void;
}

/** Where registry.k8s.io keeps its images: public, below any region's host. */
const mirrored = "k8s-artifacts-prod/images/";

/** The upstream and repository that really hold what a client names at `host`. */
function homeOf(dialect: Dialect, host: string, name: string) {
  if (dialect.loginServer === "*.pkg.dev" && name.startsWith(mirrored))
    return { upstream: "registry.k8s.io", name: name.slice(mirrored.length), open: true };
  const upstream = dialect.loginServer.startsWith("*") ? host : dialect.loginServer;
  return { upstream, name, open: !dialect.loginRequired };
}

export function library(repositories: Repositories): Library {
  const real = new Map<string, RealRegistry>();
  const realOne = async (upstream: string, name: string) => {
    const registry = real.get(upstream);
    return registry && (await registry.holds(name)) ? registry : undefined;
  };
  return {
    async visibility(dialect, host, name) {
      const home = homeOf(dialect, host, name);
      const isReal = (await realOne(home.upstream, home.name)) !== undefined;
      const found = isReal
        ? visibilityOfReal(name)
        : repositories.visibility(home.upstream, home.name);
      return found === "public" && !home.open ? "private" : found;
    },
    async answer(visit) {
      const { call, dialect, wanted } = visit;
      const home = homeOf(dialect, call.host, wanted?.repository ?? "");
      const registry = await realOne(home.upstream, home.name);
      if (registry) return registry.answer(withName(call, wanted?.repository ?? "", home.name));
      return answerFromShelf(visit, repositories.find(home.upstream, home.name));
    },
    behind: (upstream, registry) => void real.set(upstream, registry),
  };
}

function visibilityOfReal(name: string): Visibility {
  return name.includes("private") ? "private" : "public";
}

function withName(call: Call, asked: string, name: string): Call {
  return { ...call, path: call.path.replace(`/v2/${asked}/`, `/v2/${name}/`) };
}
