import type { UpstreamSide, VaultReader } from "../doors.ts";
import type { Answer } from "../service.ts";
import { badGateway, sourceFailed, sourceThrottled, sourceUnauthorized } from "./errors.ts";
import { acceptAll } from "./manifest.ts";
import type { AcrRegistry } from "./registry.ts";
import { type Rule, sourceOf } from "./rules.ts";

/** What upstream said through a rule; a fault is what the puller gets to see of it. */
export type Read =
  | { readonly kind: "found"; readonly answer: Answer & { readonly body: Buffer } }
  | { readonly kind: "absent" }
  | { readonly kind: "fault"; readonly answer: Answer; readonly status: number };

/** Upstream as a registry reaches it: through a rule, with the rule's credential set. */
export interface SourceReader {
  /** `path` below the repository: "manifests/latest", "blobs/sha256:…", "referrers/sha256:…". Never rejects. */
  read(rule: Rule, repository: string, method: "GET" | "HEAD", path: string): Promise<Read>;
}

type Login = { readonly username: string; readonly password: string };

/** The login a credential set yields now; undefined when either secret cannot be read. */
export function loginOf(
  set: {
    readonly principalId: string;
    readonly usernameSecretId: string;
    readonly passwordSecretId: string;
  },
  vault: VaultReader,
): Login | undefined {
  const username = vault.readAs(set.principalId, set.usernameSecretId);
  const password = vault.readAs(set.principalId, set.passwordSecretId);
  if (!("value" in username) || !("value" in password)) return undefined;
  return { username: username.value, password: password.value };
}

/** Secrets are read for every request: how long ACR keeps them is not known. */
export function sourceReader(
  registry: AcrRegistry,
  { vault, upstream }: { readonly vault: VaultReader; readonly upstream: UpstreamSide },
): SourceReader {
  const fault = (answer: Answer, status: number): Read => ({ kind: "fault", answer, status });
  return {
    async read(rule, repository, method, path) {
      const id = rule.credentialSetResourceId;
      const set = id ? registry.credentialSets.get(id.split("/").at(-1) ?? "") : undefined;
      const login = set ? loginOf(set.properties, vault) : undefined;
      if (id !== undefined && !login) return fault(sourceUnauthorized(rule), 401);
      const source = sourceOf(rule, repository);
      const full = `${source.repository}/${path}`;
      const answer = await upstream
        .pull(source.upstream, method, full, acceptAll, login)
        .catch(() => undefined);
      if (!answer) return fault(badGateway(), 0);
      const { status } = answer;
      if (status === 200) return { kind: "found", answer };
      if (status === 404) return { kind: "absent" };
      if (status === 401 || status === 403) return fault(sourceUnauthorized(rule), status);
      if (status === 429) return fault(sourceThrottled(rule), status);
      const unreachable = status === 502 || status === 504 || path.startsWith("blobs/");
      return fault(unreachable ? badGateway() : sourceFailed(rule), status);
    },
  };
}
