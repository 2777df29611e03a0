import { type Answer, refuse } from "../service.ts";
import { authorize } from "./authorize.ts";
import type { Bearers, Claims } from "./bearer.ts";
import { refuseWith } from "./errors.ts";
import { digestOf } from "./layer.ts";
import type { Library } from "./library.ts";
import type { PullLimits } from "./pull-limits.ts";
import { validName } from "./repositories.ts";
import { refuseManifest } from "./shelf.ts";
import { hap429 } from "./throttles.ts";
import { originOf, type Visit, type Wanted } from "./visit.ts";

export interface RegistryParts {
  readonly library: Library;
  readonly bearers: Bearers;
  readonly limits: PullLimits;
}

/** Answers a call below /v2/ in the dialect of the host. */
export async function answerRegistry(visit: Visit, parts: RegistryParts): Promise<Answer> {
  const { call, dialect, wanted } = visit;
  if (dialect.pullLimits && visit.on("hap429")) return hap429;
  if (visit.on("throttle")) return dialect.throttled;
  if (call.method !== "GET" && call.method !== "HEAD")
    refuseWith(405, "UNSUPPORTED", "The operation is unsupported.");
  const base = call.path === "/v2/" || call.path === "/v2";
  if (base) {
    await authorize(visit, "private", parts.bearers);
    return { status: 200, headers: version, body: dialect.redirectsTo ? "" : {} };
  }
  if (!wanted) return refuseWith(404, "UNSUPPORTED", "The operation is unsupported.");
  if (!validName(wanted.repository))
    refuseWith(400, "NAME_INVALID", "invalid repository name", { name: wanted.repository });
  if (dialect.redirectsTo) return redirected(visit, dialect.redirectsTo);
  const visibility = await parts.library.visibility(dialect, call.host, wanted.repository);
  const claims = await authorize(visit, visibility, parts.bearers);
  if (wanted.kind !== "manifests") return parts.library.answer(visit);
  return manifest(visit, wanted, claims, parts);
}

const version = { "Docker-Distribution-Api-Version": "registry/2.0" };

async function manifest(
  visit: Visit,
  wanted: Wanted,
  claims: Claims | undefined,
  { library, limits }: RegistryParts,
): Promise<Answer> {
  const { call, dialect } = visit;
  const byDigest = wanted.reference.includes(":");
  if (visit.on("hostile-redirect"))
    refuse({ status: 307, headers: { Location: "http://169.254.169.254/v2/" }, body: "" });
  if (call.method === "HEAD" && visit.on("refuse-head"))
    refuseWith(405, "UNSUPPORTED", "The operation is unsupported.");
  if (!byDigest && visit.on("tag-gone")) refuseManifest(wanted.reference);
  // Regions of registry.k8s.io can lag behind each other (registry.k8s.io#324).
  if (byDigest && dialect.loginServer === "*.pkg.dev" && visit.on("lagging-region"))
    refuseManifest(wanted.reference);
  const answer = await library.answer(visit);
  if (answer.status !== 200) return answer;
  const refused = dialect.pullLimits && call.method === "GET" && limits.spend(visit, claims);
  if (refused) return refused;
  return {
    ...answer,
    headers: {
      ...digestHeaders(visit, answer),
      ...version,
      ...(dialect.pullLimits && {
        "Strict-Transport-Security": "max-age=31536000",
        ...limits.headers(visit, claims),
      }),
    },
  };
}

function digestHeaders(visit: Visit, { headers = {} }: Answer) {
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(docker-content-digest|etag)$/i.test(name)),
  );
  if (visit.on("no-digest-header")) return kept;
  const found = Object.entries(headers).find(([name]) => /^docker-content-digest$/i.test(name));
  const digest = visit.on("wrong-digest-header")
    ? digestOf(Buffer.from("other"))
    : String(found?.[1]);
  return {
    ...kept,
    "Docker-Content-Digest": digest,
    ...(visit.dialect.etag && { ETag: `"${digest}"` }),
  };
}

/** registry.k8s.io answers nothing itself but sends callers to the region nearest to them (handlers.go). */
function redirected({ call }: Visit, to: string): Answer {
  const [host = "", ...project] = to.split("/");
  const path = call.path.replace("/v2/", `/v2/${project.join("/")}/`);
  const search = call.query.size > 0 ? `?${call.query.toString()}` : "";
  return {
    status: 307,
    headers: { Location: `${originOf(call, host)}${path}${search}` },
    body: "",
  };
}
