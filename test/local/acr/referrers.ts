import { type Answer, refuse } from "../service.ts";
import { referrersFailed } from "./errors.ts";
import { readManifest } from "./manifest.ts";
import { type Plane, repositoryOf, type Target } from "./plane.ts";

const index = "application/vnd.oci.image.index.v1+json";

/** GET /v2/{r}/referrers/{digest}: proxied under a rule (acr#891) and not stored, else found among the manifests. */
export async function referrers(plane: Plane, target: Target): Promise<Answer> {
  const { repository, reference, call } = target;
  const rule = plane.registry.ruleFor(repository);
  const wanted = call.query.get("artifactType") ?? undefined;
  if (!rule) return listed(plane, target, wanted);
  const read = await plane.source.read(rule, repository, "GET", `referrers/${reference}`);
  if (read.kind === "absent") return answer([], undefined);
  if (read.kind === "fault") {
    const passed = [401, 403, 429, 0].includes(read.status);
    return passed ? read.answer : referrersFailed(rule, read.status);
  }
  const headers = { "Content-Type": index, "X-Azure-Origin": "upstream" };
  return { status: 200, headers, body: read.answer.body };
}

function listed(
  plane: Plane,
  { repository, reference }: Target,
  wanted: string | undefined,
): Answer {
  if (!reference.startsWith("sha256:"))
    refuse({
      status: 400,
      body: { errors: [{ code: "DIGEST_INVALID", message: "invalid digest" }] },
    });
  const manifests = repositoryOf(plane, repository)?.manifests;
  const found = [...(manifests?.entries() ?? [])].flatMap(([digest, { bytes, mediaType }]) => {
    const manifest = readManifest(bytes);
    if (manifest?.subject?.digest !== reference) return [];
    const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
    if (wanted !== undefined && artifactType !== wanted) return [];
    const { annotations } = manifest;
    return [{ mediaType, digest, size: bytes.length, artifactType, annotations }];
  });
  return answer(found, wanted);
}

const answer = (manifests: readonly unknown[], filter: string | undefined): Answer => ({
  status: 200,
  headers: {
    "Content-Type": index,
    ...(filter !== undefined && { "OCI-Filters-Applied": "artifactType" }),
  },
  body: JSON.stringify({ schemaVersion: 2, mediaType: index, manifests }),
});
