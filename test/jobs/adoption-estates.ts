import fc from "fast-check";
import type { AdoptionWish } from "../../src/domain/adoption.ts";
import { ruleStatuses } from "../../src/domain/cache-rule.ts";
import { secret } from "../../src/domain/secret.ts";
import { adoptCredentialSet } from "../../src/jobs/adopt-credential-set.ts";
import { orProblem } from "../../src/jobs/or-problem.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";
import { anna } from "./people.ts";

/* Registries as they may be found: rules and credential sets in every state, some of them Larder's. */

const vault = "https://contoso.vault.azure.net/secrets";
const account = "larderbot";
const password = "correct-horse-battery-staple";
const expiresAt = "2027-06-30T00:00:00.000Z";

const ruleNames = ["rule-1", "rule-2", "rule-3", "rule-4", "rule-5", "rule-6"];
const rule = fc.record({
  /** In ARM; undefined: not there. */
  live: fc.constantFrom(undefined, "Succeeded", "Succeeded", "Succeeded", "Failed", "Creating"),
  /** On record; undefined: not there. */
  status: fc.constantFrom(undefined, undefined, ...ruleStatuses),
  source: fc.constantFrom("quay.io/a/*", "docker.io/b/*", "docker.io/plain", "ghcr.io/c/*"),
  recordedSet: fc.constantFrom("docker-hub", undefined),
  liveSet: fc.constantFrom("docker-hub", "docker-hub", undefined),
  owner: fc.constantFrom(undefined, "web", "data"),
});

const setNames = ["docker-hub", "set-one", "set-two", "set-three"];
const set = fc.record({
  loginServer: fc.constantFrom("docker.io", "docker.io", "docker.io", "ghcr.io"),
  user: fc.constantFrom(
    account,
    account,
    account,
    "somebody",
    "not a name",
    "dckr_pat_x",
    undefined,
  ),
  token: fc.constantFrom("works", "works", "ended", "another's", "password", "disabled", undefined),
  /** Whose live secret it reads. */
  secretOf: fc.constantFrom("own", "own", "own", "set-one", "set-two-pending"),
  pinned: fc.constantFrom(false, false, false, true),
  pending: fc.constantFrom(undefined, undefined, "not a token"),
  adopted: fc.constantFrom(false, false, true),
  /** ACR was told to read another secret since. */
  moved: fc.constantFrom(false, false, false, true),
  torn: fc.constantFrom(false, false, false, true),
});

const each = <T>(names: readonly string[], what: fc.Arbitrary<T>) =>
  fc.tuple(...names.map((name) => what.map((one) => ({ name, ...one }))));

export const estates = fc.record({
  rules: each(ruleNames, rule),
  sets: each(setNames, set),
  quota: fc.constantFrom(undefined, undefined, 1, 2),
  denied: fc.constantFrom([], ["ghcr.io/*"]),
});
type Estate = typeof estates extends fc.Arbitrary<infer T> ? T : never;

export const wishes: fc.Arbitrary<AdoptionWish> = fc.record({
  credentialSets: fc.constantFrom("assisted", "assisted", "managed", "none"),
  owner: fc.constantFrom(undefined, "web"),
  rules: fc.constantFrom(undefined, undefined, ["RULE-1", "rule-3", "nothing"]),
  account: fc.constantFrom(undefined, undefined, account),
});

/** The estate in a world of its own. */
export async function built({ rules, sets, quota, denied }: Estate): Promise<FakePorts> {
  const policy = { rulesPerOwner: quota, deniedSources: denied };
  const ports = fakePorts({ policy });
  ports.hub.addAccount({ username: account, password });
  ports.hub.addAccount({ username: "somebody", password: "another" });
  ports.shelf.seed(`${vault}/docker-hub-${account}-password`, password);
  for (const one of rules) buildRule(ports, one);
  ports.sets.delete("contoso", "docker-hub");
  for (const one of sets) await buildSet(ports, one);
  for (const { name, torn } of sets)
    if (torn && ports.rotationTable.find("contoso", name))
      ports.rotationTable.tear("contoso", name);
  return ports;
}

function buildRule(ports: FakePorts, { name, ...one }: Estate["rules"][number]): void {
  const target = one.source.endsWith("*") ? `${name}/*` : name;
  const { source, live, status, owner } = one;
  if (live)
    ports.arm.put("contoso", {
      name,
      source,
      target,
      credentialSet: one.liveSet,
      provisioningState: live,
    });
  if (!status) return;
  const at = ports.clock.now();
  ports.table.seed({
    registry: "contoso",
    name,
    source,
    target,
    credentialSet: one.recordedSet,
    owner,
    status,
    notes: [],
    requestedBy: "ben",
    requestedAt: at,
    updatedAt: at,
    operationId: `contoso-${name}`,
    attempts: 0,
  });
}

async function buildSet(ports: FakePorts, { name, ...one }: Estate["sets"][number]): Promise<void> {
  const live = `${vault}/${one.secretOf === "own" ? name : one.secretOf}-token`;
  const user = `${vault}/${name}-username`;
  const value = tokenOf(ports, one.token);
  if (value !== undefined) {
    const version = ports.shelf.seed(live, value, { expiresAt });
    if (one.token === "disabled") await ports.secrets.disable(live, version);
  }
  if (one.user !== undefined) await ports.secrets.put(user, secret(one.user), { tags: {} });
  if (one.pending !== undefined) ports.shelf.seed(`${live}-pending`, one.pending);
  const put = (passwordSecretId: string) =>
    ports.sets.put("contoso", {
      name,
      loginServer: one.loginServer,
      usernameSecretId: user,
      passwordSecretId,
    });
  put(one.pinned ? `${live}/0123abcd` : live);
  if (!one.adopted) return;
  const rotation = { mode: "assisted", account } as const;
  await orProblem(adoptCredentialSet(ports, "contoso", name, { rotation }, undefined, anna));
  if (one.moved) put(`${vault}/${name}-moved`);
}

function tokenOf(ports: FakePorts, kind: Estate["sets"][number]["token"]): string | undefined {
  if (kind === undefined || kind === "password") return kind && password;
  const ends = kind === "ended" ? "2026-01-01T00:00:00.000Z" : expiresAt;
  const owner = kind === "another's" ? "somebody" : account;
  return ports.hub.addToken(owner, { label: kind, expiresAt: ends }).value;
}
