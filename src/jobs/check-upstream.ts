import type { CredentialSet } from "../domain/credential-set.ts";
import type { DecidedRule } from "../domain/decision.ts";
import { LarderError } from "../domain/errors.ts";
import { tagPattern } from "../domain/image.ts";
import { isWildcard, splitSource } from "../domain/mapping.ts";
import type { Ports } from "../domain/ports.ts";
import type { RuleRequest } from "../domain/rule-request.ts";
import { findUpstream } from "../domain/upstream.ts";
import { readLogin, unreadLogin } from "./read-login.ts";

/**
 * Asks the upstream for one tag of a static source, with the credential the rule will use. Returns
 * notes for the requester (why it could not be asked). `invalid` when the upstream knows no such
 * repository or turns the credential down; what could not be asked is never read as either. A host
 * that gave no answer is put into `silent`, and not asked again by whoever passes that on.
 */
export async function checkUpstream(
  ports: Pick<Ports, "upstreams" | "vault" | "settings">,
  rule: DecidedRule,
  request: RuleRequest,
  sets: readonly CredentialSet[],
  silent: Map<string, string> = new Map(),
): Promise<readonly string[]> {
  if (!ports.settings.upstreamCheck || isWildcard(rule.source)) return [];
  const set = sets.find(({ name }) => name === rule.credentialSet);
  const login = set && (await readLogin(ports.vault, set));
  if (login instanceof LarderError)
    return [`The upstream was not asked: ${unreadLogin(rule.credentialSet ?? "", login)}`];
  const { host, path } = splitSource(rule.source);
  const before = silent.get(host);
  if (before !== undefined) return [before];
  const answer = await ports.upstreams.probe(host, path, exactTag(request), login);
  switch (answer.kind) {
    case "readable":
      return [];
    case "couldNotAsk": {
      const note = `The upstream could not be asked: ${answer.message}`;
      silent.set(host, note);
      return [note];
    }
    case "unknownRepository":
      throw refusal(
        "UpstreamRepositoryNotFound",
        "source",
        `${answer.message} Check the spelling of "${rule.source}".`,
      );
    case "denied":
      throw refusal("UpstreamAccessDenied", "source", `${answer.message} ${whoMayRead(host, set)}`);
    case "badLogin":
      throw refusal(
        "CredentialRejected",
        "credentialSet",
        `${answer.message} Put a working token into the secrets of credential set "${rule.credentialSet ?? ""}".`,
      );
  }
}

function whoMayRead(host: string, set: CredentialSet | undefined): string {
  if (set)
    return `Check the spelling, and that the account behind credential set "${set.name}" may read it.`;
  if (findUpstream(host)?.authentication === "none") return "Check the spelling.";
  return "Check the spelling; if it is private, name a credential set whose account may read it.";
}

function refusal(code: string, target: string, message: string): LarderError {
  return new LarderError("invalid", { code, target, message });
}

/** A tag the requester named without a pattern, else "latest". */
function exactTag(request: RuleRequest): string {
  return request.refresh?.tags.find((tag) => tagPattern.test(tag)) ?? "latest";
}
