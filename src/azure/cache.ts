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
import { type Call, registryCalls } from "./registry-calls.ts";
import type { RegistryTokens } from "./registry-tokens.ts";

/** What registries hold, through their own API; at most `maxInFlight` requests to one at once. */
export function cache(
  registries: Registries,
  tokens: RegistryTokens,
  { maxInFlight = 64 }: { readonly maxInFlight?: number } = {},
): Cache {
  const call = registryCalls(registries, tokens, maxInFlight);
  return { ...lists(call), ...details(call), ...removals(call) };
}

const repositoryUnknown = ["NAME_UNKNOWN"];
const tagUnknown = ["NAME_UNKNOWN", "TAG_UNKNOWN", "MANIFEST_UNKNOWN"];
const manifestUnknown = ["NAME_UNKNOWN", "MANIFEST_UNKNOWN"];

function lists(call: Call): Pick<Cache, "tags" | "manifests"> {
  return {
    async tags(registry, repository, after) {
      const what = `list the tags of ${repository} in ${registry}`;
      const page = call(registry, repository, what, async (client, options) => {
        // An artifact lists all tags of its repository, whichever it is itself.
        const lister = client.getArtifact(repository, "latest").listTagProperties(options);
        return readTagPage(await lister.byPage(startOf(repository, "_tags", after)).next());
      });
      return ifKnown(page, repositoryUnknown);
    },
    async manifests(registry, repository, after) {
      const what = `list the manifests of ${repository} in ${registry}`;
      const page = call(registry, repository, what, async (client, options) => {
        const lister = client.getRepository(repository).listManifestProperties(options);
        const start = startOf(repository, "_manifests", after);
        return readManifestPage(await lister.byPage(start).next());
      });
      return ifKnown(page, repositoryUnknown);
    },
  };
}

function details(call: Call): Pick<Cache, "tag" | "counts" | "manifest"> {
  return {
    async tag(registry, repository, tag) {
      const what = `read tag ${repository}:${tag} in ${registry}`;
      const found = call(registry, repository, what, async (client, options) =>
        readTag(await client.getArtifact(repository, tag).getTagProperties(tag, options)),
      );
      return ifKnown(found, tagUnknown);
    },
    async counts(registry, repository) {
      const what = `count what is in ${repository} of ${registry}`;
      const counts = call(registry, repository, what, async (client, options) =>
        readCounts(await client.getRepository(repository).getProperties(options)),
      );
      return ifKnown(counts, repositoryUnknown);
    },
    async manifest(registry, repository, digest) {
      const what = `read manifest ${digest} of ${repository} in ${registry}`;
      const found = call(registry, repository, what, async (client, options) =>
        readManifest(await client.getArtifact(repository, digest).getManifestProperties(options)),
      );
      return ifKnown(found, manifestUnknown);
    },
  };
}

function removals(call: Call): Pick<Cache, "untag" | "removeManifest"> {
  return {
    async untag(registry, repository, tag) {
      // Never `delete` of the artifact: that resolves the tag and deletes its manifest (facts/acr.md section 2).
      return call(
        registry,
        repository,
        `untag ${repository}:${tag} in ${registry}`,
        (client, options) =>
          removal((given) => client.getArtifact(repository, tag).deleteTag(tag, given), options),
      );
    },
    async removeManifest(registry, repository, digest) {
      if (!digest.startsWith("sha256:")) throw notADigest(repository, digest);
      const what = `remove manifest ${digest} of ${repository} from ${registry}`;
      return call(registry, repository, what, (client, options) =>
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
