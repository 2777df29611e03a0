import { LarderError } from "../domain/errors.ts";
import type { Registries } from "../domain/ports.ts";
import type { Cache } from "../domain/refresh-ports.ts";
import {
  readCounts,
  readManifest,
  readManifestPage,
  readTag,
  readTagPage,
  startOf,
} from "./cache-answers.ts";
import { ifKnown, removal } from "./registry-absence.ts";
import { registryCalls } from "./registry-calls.ts";
import type { RegistryTokens } from "./registry-tokens.ts";

const repositoryUnknown = ["NAME_UNKNOWN"];
const tagUnknown = ["NAME_UNKNOWN", "TAG_UNKNOWN", "MANIFEST_UNKNOWN"];
const manifestUnknown = ["NAME_UNKNOWN", "MANIFEST_UNKNOWN"];

/** What registries hold, through their own API; at most `maxInFlight` requests to one at once. */
export function cache(
  registries: Registries,
  tokens: RegistryTokens,
  { maxInFlight = 64 }: { readonly maxInFlight?: number } = {},
): Cache {
  const callOf = registryCalls(registries, tokens, maxInFlight);
  return {
    async tags(registry, repository, after) {
      const call = await callOf(registry);
      const what = `list the tags of ${repository} in ${registry}`;
      const page = call(what, repository, async (client, options) => {
        // An artifact lists all tags of its repository, whichever it is itself.
        const lister = client.getArtifact(repository, "latest").listTagProperties(options);
        return readTagPage(await lister.byPage(startOf(repository, "_tags", after)).next());
      });
      return ifKnown(page, repositoryUnknown);
    },
    async tag(registry, repository, tag) {
      const call = await callOf(registry);
      const what = `read tag ${repository}:${tag} in ${registry}`;
      const properties = call(what, repository, async (client, options) =>
        readTag(await client.getArtifact(repository, tag).getTagProperties(tag, options)),
      );
      return ifKnown(properties, tagUnknown);
    },
    async counts(registry, repository) {
      const call = await callOf(registry);
      const what = `count what is in ${repository} of ${registry}`;
      const counts = call(what, repository, async (client, options) =>
        readCounts(await client.getRepository(repository).getProperties(options)),
      );
      return ifKnown(counts, repositoryUnknown);
    },
    async untag(registry, repository, tag) {
      const call = await callOf(registry);
      // Never `delete` of the artifact: that resolves the tag and deletes its manifest (facts/acr.md section 2).
      return call(`untag ${repository}:${tag} in ${registry}`, repository, (client, options) =>
        removal((given) => client.getArtifact(repository, tag).deleteTag(tag, given), options),
      );
    },
    async manifests(registry, repository, after) {
      const call = await callOf(registry);
      const what = `list the manifests of ${repository} in ${registry}`;
      const page = call(what, repository, async (client, options) => {
        const lister = client.getRepository(repository).listManifestProperties(options);
        return readManifestPage(
          await lister.byPage(startOf(repository, "_manifests", after)).next(),
        );
      });
      return ifKnown(page, repositoryUnknown);
    },
    async manifest(registry, repository, digest) {
      const call = await callOf(registry);
      const what = `read manifest ${digest} of ${repository} in ${registry}`;
      const manifest = call(what, repository, async (client, options) =>
        readManifest(await client.getArtifact(repository, digest).getManifestProperties(options)),
      );
      return ifKnown(manifest, manifestUnknown);
    },
    async removeManifest(registry, repository, digest) {
      const call = await callOf(registry);
      if (!digest.startsWith("sha256:")) throw notADigest(repository, digest);
      const what = `remove manifest ${digest} of ${repository} from ${registry}`;
      return call(what, repository, (client, options) =>
        removal((given) => client.getArtifact(repository, digest).delete(given), options),
      );
    },
  };
}

/** The SDK would look up the manifest of a tag and delete that, with all its tags. */
function notADigest(repository: string, digest: string): LarderError {
  return new LarderError("invalid", {
    code: "InvalidDigest",
    message: `"${digest}" is no digest of a manifest in ${repository}.`,
  });
}
