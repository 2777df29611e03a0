import { judgeProbe, type TestVerdict } from "../domain/judge-new-token.ts";
import type { Login } from "../domain/ports.ts";
import type { Rotation } from "../domain/rotation.ts";
import { judgePrivateImages } from "./judge-private-images.ts";
import type { RotationSite } from "./rotation-site.ts";

/** The image that Docker keeps for reading one's limits; its HEAD is free (facts/docker-hub.md section 2). */
const probe = { upstream: "docker.io", repository: "ratelimitpreview/test", tag: "latest" };

/** The registry must take it, and it must open what the old one opens. */
export async function judgeUse(
  site: RotationSite,
  rotation: Rotation,
  login: Login,
): Promise<TestVerdict> {
  const { upstream, repository, tag } = probe;
  const head = await site.ports.upstreams.head(upstream, repository, tag, login);
  const verdict = judgeProbe(head);
  return verdict.kind === "good" ? judgePrivateImages(site, rotation, login) : verdict;
}
