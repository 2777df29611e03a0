import type { Clock } from "../clock.ts";
import type { HubAccounts } from "../doors.ts";
import type { Faults } from "../faults.ts";
import { type Answer, answerOf, type Call, refuse, type Service } from "../service.ts";
import type { Desk } from "./desk.ts";
import { type Directory, directory, type NewAccount, type Organization } from "./directory.ts";
import { unauthorized } from "./hub-errors.ts";
import { type Knobs, usualKnobs } from "./knobs.ts";
import { rate } from "./rate.ts";
import { registryLogin } from "./registry-login.ts";
import { answerRoute, endpointOf } from "./routes.ts";
import { sessions } from "./session.ts";
import { hubTime, lastUsed, type Token } from "./token.ts";

export interface DockerHub extends HubAccounts {
  readonly service: Service;
  /** May be changed at any time. */
  readonly knobs: Knobs;
  /** Returns the account's id: what `docker-ratelimit-source` shows. */
  addAccount(account: NewAccount): string;
  addOrganization(organization: Omit<Organization, "id">): void;
  /** A personal access token, made as if by hand on the web site; throws on an unknown account. */
  createToken(
    username: string,
    wish: {
      readonly label: string;
      readonly scopes?: readonly string[];
      readonly expiresAt?: string;
    },
  ): { readonly uuid: string; readonly token: string };
  /** Every token without its value. */
  state(): {
    readonly tokens: readonly {
      readonly uuid: string;
      readonly label: string;
      readonly is_active: boolean;
      readonly expires_at: string | null;
      readonly last_used: string | null;
    }[];
  };
}

/** Docker Hub's API for accounts and tokens, and the logins its registry accepts. */
export function dockerHub({
  clock,
  faults,
  ...set
}: { readonly clock: Clock; readonly faults: Faults } & Partial<Knobs>): DockerHub {
  const knobs: Knobs = { ...usualKnobs, ...set };
  const held = directory(clock, knobs);
  return {
    service: hubService(clock, faults, knobs, held),
    knobs,
    login: (username, secret) => registryLogin(held, knobs, username, secret),
    addAccount: (account) => held.addAccount(account).id,
    addOrganization: (organization) => void held.addOrganization(organization),
    createToken(username, { label, scopes = ["repo:read"], expiresAt }) {
      const account = held.accountNamed(username);
      if (!account) throw new Error(`no Docker Hub account "${username}"`);
      const { token, value } = held.create({
        kind: "pat",
        ownerId: account.id,
        label,
        scopes,
        expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
        createdBy: username,
        userAgent: "",
      });
      return { uuid: token.uuid, token: value };
    },
    state: () => ({
      tokens: held
        .all()
        .map((token) => shown(token, lastUsed(token, clock.now(), knobs.lastUsedLag))),
    }),
  };
}

function shown(token: Token, used: number | undefined) {
  return {
    uuid: token.uuid,
    label: token.label,
    is_active: token.active,
    expires_at: timeOrNull(token.expiresAt),
    last_used: timeOrNull(used),
  };
}

function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : hubTime(at);
}

function hubService(clock: Clock, faults: Faults, knobs: Knobs, held: Directory): Service {
  const limit = rate(clock, knobs);
  const open = sessions(clock);
  const on: Desk["on"] = (kind, call) => faults.active("docker-hub", kind, call);
  const session = async (call: Call) => {
    const found = await open.read(call.headers.authorization);
    return found && !on("session-refused", call) ? found : refuse(unauthorized);
  };
  const desk: Desk = { clock, directory: held, sessions: open, knobs, on, session };
  const routed: Service = {
    name: "docker-hub",
    endpoint: endpointOf,
    answer: (call) => answerRoute(desk, call),
  };
  return {
    ...routed,
    async answer(call): Promise<Answer> {
      const answer = limit.spend(on("rate-limited", call)) ?? (await answerOf(routed, call));
      // Its own clock's, which may have been moved: waits are measured from it.
      const date = { Date: new Date(clock.now()).toUTCString() };
      return { ...answer, headers: { ...answer.headers, ...limit.headers(), ...date } };
    },
  };
}
