import { randomUUID } from "node:crypto";
import type { Answer, Call } from "../local/service.ts";
import { unauthorized } from "../local/upstream/errors.ts";
import { basicLogin } from "../local/upstream/rights.ts";

/** Docker Hub's token service with opaque tokens, which are looked up and not computed. */
export function hubTokens(login: { readonly username: string; readonly password: string }) {
  const held = new Map<string, { readonly who: string; readonly repositories: Set<string> }>();
  return {
    grant(call: Call): Answer {
      const given = basicLogin(call.headers.authorization);
      const known = given?.username === login.username && given.password === login.password;
      if (given && !known) return unauthorized({});
      const scopes = call.query.getAll("scope").flatMap((one) => one.split(" "));
      const repositories = scopes.flatMap((one) => one.split(":")[1] ?? []);
      const token = randomUUID();
      held.set(token, {
        who: given ? login.username : "anonymous",
        repositories: new Set(repositories),
      });
      const life = { expires_in: 300, issued_at: new Date().toISOString() };
      return { status: 200, body: { token, access_token: token, ...life } };
    },
    /** Who asks; undefined without a token that opens the repository. */
    read({ headers }: Call, repository: string | undefined): string | undefined {
      const found = held.get(/^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "");
      const opens = repository === undefined || found?.repositories.has(repository);
      return opens ? found?.who : undefined;
    },
    /** Names auth.docker.io, or the host itself to whoever did not ask registry-1.docker.io. */
    challenge({ host, origin }: Call, repository: string | undefined): Answer {
      const own = `${origin}/token`;
      const realm = host.endsWith("docker.io") ? own.replace(host, "auth.docker.io") : own;
      const scope = repository === undefined ? "" : `,scope="repository:${repository}:pull"`;
      return unauthorized({
        "Www-Authenticate": `Bearer realm="${realm}",service="registry.docker.io"${scope}`,
      });
    },
  };
}
