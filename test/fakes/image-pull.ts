import { servingRule } from "../../src/domain/mapping.ts";
import type { Digest } from "../../src/domain/tag.ts";
import type { HeldTag, ImageRegistry } from "./image-registry.ts";
import type { ImageSource, Rule, SourceAnswer } from "./image-source.ts";
import { type ImageManifest, isDigest } from "./image-upstream.ts";

/** What one registry serves from. */
export interface PullDoor {
  readonly registry: ImageRegistry;
  readonly source: ImageSource;
  readonly rules: () => readonly Rule[];
  readonly now: () => number;
}

/** What a pull is answered, decided without doing any of it. */
export type PullOutcome =
  | {
      readonly kind: "served";
      readonly manifest: ImageManifest;
      /** The rule it came through; undefined: the registry itself had it. */
      readonly through?: Rule | undefined;
      /** Upstream was asked, and the tag still is what it has. */
      readonly checked: boolean;
    }
  /** `despite`: what the registry lists under the tag and would not serve. */
  | { readonly kind: "absent"; readonly message: string; readonly despite?: Digest | undefined }
  | {
      readonly kind: "refused";
      readonly status: 401 | 424 | 429 | 502 | 503;
      readonly message: string;
      readonly retryAfterSeconds?: number | undefined;
      /** The rule it came through, where upstream was asked and answered. */
      readonly through?: Rule | undefined;
      readonly despite?: Digest | undefined;
    };

type Method = "GET" | "HEAD";

/** A GET or HEAD of a manifest, as test/local/acr/pull.ts answers it. */
export function pullOutcome(
  door: PullDoor,
  repository: string,
  reference: string,
  method: Method,
): PullOutcome {
  const { down, throttled } = door.registry.switches();
  if (down) return refused(503);
  if (throttled) return { ...refused(429), ...throttled };
  const held = door.registry.repositories.get(repository);
  const rule = servingRule(door.rules(), repository);
  const tag = isDigest(reference) ? undefined : held?.tags.get(reference);
  const digest = isDigest(reference) ? reference : tag?.digest;
  const manifest = digest === undefined ? undefined : held?.manifests.get(digest);
  if (!manifest)
    return rule ? proxied(door, rule, repository, reference, method) : unknown(reference);
  const local: PullOutcome = { kind: "served", manifest, checked: false };
  if (!rule || !tag) return local;
  const look = compared(door, rule, repository, reference, tag);
  if (look === "keep") return local;
  if (look === "same") return { ...local, checked: true };
  const answer = look === "moved" ? proxied(door, rule, repository, reference, method) : look;
  return answer.kind === "served" ? answer : { ...answer, despite: tag.digest };
}

function compared(
  { registry, source, now }: PullDoor,
  rule: Rule,
  repository: string,
  reference: string,
  tag: HeldTag,
): "keep" | "same" | "moved" | PullOutcome {
  const { tagMode, tagTtlSeconds, staleIfError } = registry.switches();
  const young = now() - tag.checkedAt < tagTtlSeconds * 1000;
  if (tagMode === "sticky" || young || tag.locked) return "keep";
  const answer = source.ask(rule, repository, reference, "HEAD");
  if (answer.kind !== "found") return staleIfError ? "keep" : failed(answer, reference);
  if (answer.manifest.digest === tag.digest) return "same";
  return tagMode === "fail" ? refused(424) : "moved";
}

function proxied(
  { registry, source }: PullDoor,
  rule: Rule,
  repository: string,
  reference: string,
  method: Method,
): PullOutcome {
  const { unknownAfterDelete, badGatewayAfterMoveSeconds } = registry.switches();
  if (unknownAfterDelete && registry.deletedTags.has(`${repository}:${reference}`))
    return unknown(reference);
  const answer = source.ask(rule, repository, reference, method);
  if (answer.kind !== "found") return failed(answer, reference);
  const { manifest } = answer;
  const held = registry.repositories.get(repository)?.manifests.has(manifest.digest);
  const fresh =
    !isDigest(reference) &&
    source.sinceMove(rule, repository, reference) < badGatewayAfterMoveSeconds;
  if (fresh && !held) return { ...refused(502), through: rule };
  return { kind: "served", manifest, through: rule, checked: false };
}

function failed(
  answer: Exclude<SourceAnswer, { kind: "found" }>,
  reference: string,
): PullOutcome & { kind: "absent" | "refused" } {
  return answer.kind === "absent" ? unknown(reference) : refused(answer.status);
}

function unknown(reference: string): PullOutcome & { kind: "absent" } {
  return { kind: "absent", message: `manifest ${reference} is not found` };
}

function refused(
  status: Extract<PullOutcome, { kind: "refused" }>["status"],
): PullOutcome & { kind: "refused" } {
  return { kind: "refused", status, message: `The registry answered ${status}.` };
}
