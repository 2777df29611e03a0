import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import type { Upstreams } from "../../src/domain/ports.ts";
import { requestRule } from "../../src/jobs/request-rule.ts";
import { validateRule } from "../../src/jobs/validate-rule.ts";
import { fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";
import { work } from "./world.ts";

const nginx = { name: "nginx-rule", source: "docker.io/nginx", target: "nginx", owner: "web" };
const code = (error: unknown) => (error instanceof LarderError ? error.problem.code : error);

describe("the upstream check", () => {
  const answering = (answer: Awaited<ReturnType<Upstreams["probe"]>>) =>
    fakePorts({ upstreams: { probe: async () => answer } });
  const withLogin = (ports: ReturnType<typeof fakePorts>) => {
    ports.shelf.seed("https://contoso.vault.azure.net/secrets/docker-hub-username", "contosobot");
    ports.shelf.seed(
      "https://contoso.vault.azure.net/secrets/docker-hub-token",
      "dckr_pat_SECRETSECRET",
    );
    return ports;
  };

  it.each([
    ["unknownRepository", "UpstreamRepositoryNotFound"],
    ["denied", "UpstreamAccessDenied"],
    ["badLogin", "CredentialRejected"],
  ] as const)("%s refuses with %s and records nothing", async (kind, expected) => {
    const ports = withLogin(answering({ kind, message: "docker.io said so." }));

    const error: unknown = await requestRule(ports, "contoso", nginx, anna).catch(
      (thrown: unknown) => thrown,
    );

    expect(code(error)).toBe(expected);
    expect((await ports.rules.read("contoso")).rules).toEqual([]);
    expect(await validateRule(ports, "contoso", nginx, anna)).toMatchObject({
      valid: false,
      problems: [{ code: expected }],
    });
  });

  it("not being able to ask refuses nothing, and says so", async () => {
    const ports = withLogin(
      answering({ kind: "couldNotAsk", message: "registry-1.docker.io answered 429." }),
    );

    const { stored } = await requestRule(ports, "contoso", nginx, anna);

    expect(stored.value.notes).toContain(
      "The upstream could not be asked: registry-1.docker.io answered 429.",
    );
  });

  it("without the secrets says which set could not be read", async () => {
    const { stored } = await requestRule(
      answering({ kind: "denied", message: "" }),
      "contoso",
      nginx,
      anna,
    );

    expect(stored.value.notes).toContain(
      'The upstream was not asked: Larder could not read the secrets of credential set "docker-hub" (SecretNotFound).',
    );
  });

  it("writes no secret anywhere", async () => {
    const ports = withLogin(fakePorts());
    await requestRule(ports, "contoso", nginx, anna);
    await work(ports);

    const written = JSON.stringify([ports.table.texts(), ports.queue.waiting()]);
    expect(written).toContain("nginx-rule");
    expect(written).not.toMatch(/SECRETSECRET|contosobot/);
  });
});
