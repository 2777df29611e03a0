import type { Mapping } from "../../src/domain/cache-rule.ts";
import { sourceOf, splitSource } from "../../src/domain/mapping.ts";
import { accountOf, acrAddress, type ImageMeter } from "./image-meter.ts";
import { type ImageManifest, type ImageUpstream, isDigest } from "./image-upstream.ts";

export type Rule = Mapping & { readonly credentialSet?: string | undefined };

/** What upstream says to a registry through a rule; `status` is what the puller sees of a fault. */
export type SourceAnswer =
  | { readonly kind: "found"; readonly manifest: ImageManifest }
  | { readonly kind: "absent" }
  | { readonly kind: "fault"; readonly status: 401 | 429 | 502 };

/** Upstream as a registry reaches it: through a rule, with the rule's credential set. */
export interface ImageSource {
  /** What a question would be answered now; charges nothing. */
  ask(rule: Rule, repository: string, reference: string, method: "GET" | "HEAD"): SourceAnswer;
  /** What it has, whether or not it answers. */
  find(rule: Rule, repository: string, reference: string): ImageManifest | undefined;
  /** Charges a pull to the account that the rule pulls with; what that one has left, where there is a limit. */
  charge(
    rule: Rule,
    repository: string,
  ): { readonly host: string; readonly account: string; readonly left: number | undefined };
  /** Seconds since the tag came to name another digest upstream. */
  sinceMove(rule: Rule, repository: string, tag: string): number;
}

/** The login that a credential set yields to ACR now; undefined when its secrets cannot be read. */
export type LoginOf = (
  credentialSet: string,
) => { readonly username: string; readonly password: string } | undefined;

export function imageSource(
  upstream: ImageUpstream,
  meter: ImageMeter,
  now: () => number,
  loginOf: LoginOf,
): ImageSource {
  const whoAt = (rule: Rule) => {
    if (rule.credentialSet === undefined) return { account: acrAddress, password: undefined };
    const login = loginOf(rule.credentialSet);
    return login && { account: accountOf(login.username), password: login.password };
  };
  return {
    ask(rule, repository, reference, method) {
      const source = sourceOf(rule, repository);
      const { host } = splitSource(source);
      const { down, throttled, hidesTags, password } = upstream.host(host);
      const who = whoAt(rule);
      if (!who) return { kind: "fault", status: 401 };
      if (down) return { kind: "fault", status: 502 };
      if (throttled) return { kind: "fault", status: 429 };
      const wrong = password !== undefined && who.password !== password;
      if (who.password !== undefined && wrong) return { kind: "fault", status: 401 };
      if (hidesTags && !isDigest(reference)) return { kind: "absent" };
      const manifest = upstream.find(source, reference);
      if (!manifest) return { kind: "absent" };
      if (method === "GET" && meter.left(host, who.account) === 0)
        return { kind: "fault", status: 429 };
      return { kind: "found", manifest };
    },
    find: (rule, repository, reference) => upstream.find(sourceOf(rule, repository), reference),
    charge(rule, repository) {
      const { host } = splitSource(sourceOf(rule, repository));
      const account = whoAt(rule)?.account ?? acrAddress;
      meter.spend(host, account);
      return { host, account, left: meter.left(host, account) };
    },
    sinceMove(rule, repository, tag) {
      const movedAt = upstream.movedAt(sourceOf(rule, repository), tag);
      return movedAt === undefined ? Number.POSITIVE_INFINITY : (now() - movedAt) / 1000;
    },
  };
}
