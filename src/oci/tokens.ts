import { hash } from "node:crypto";
import type { Login } from "../domain/ports.ts";
import type { Grant } from "./token-request.ts";

/** One token for one repository and login of a registry, kept until shortly before it expires. */
export interface Tokens {
  /** A token that still has time to live. */
  held(key: string): string | undefined;
  /** The held token, or the one that is just being asked for, or a new one from `request`. */
  obtain(key: string, request: () => Promise<Grant>): Promise<string>;
  /** Forgets a token, unless another has taken its place already. */
  drop(key: string, token: string): void;
}

interface Slot {
  readonly pending: Promise<string>;
  token?: string;
  renewAt: number;
}

const earlyMs = 5_000;
const maximumSlots = 5_000;

/** `nowMs` is any steady clock. The oldest tokens go when more than some thousand are held. */
export function tokens(nowMs: () => number): Tokens {
  const slots = new Map<string, Slot>();
  const held = (key: string) => {
    const slot = slots.get(key);
    return slot && nowMs() < slot.renewAt ? slot.token : undefined;
  };
  return {
    held,
    obtain(key, request) {
      const known = slots.get(key);
      if (known && nowMs() < known.renewAt) return known.pending;
      const asked = nowMs();
      const slot: Slot = {
        renewAt: Number.POSITIVE_INFINITY,
        pending: request().then(
          ({ token, lifeSeconds }) => {
            slot.token = token;
            slot.renewAt = asked + lifeSeconds * 1000 - earlyMs;
            return token;
          },
          (error: unknown) => {
            if (slots.get(key) === slot) slots.delete(key);
            throw error;
          },
        ),
      };
      slots.delete(key);
      slots.set(key, slot);
      const oldest = slots.size > maximumSlots ? slots.keys().next().value : undefined;
      if (oldest !== undefined) slots.delete(oldest);
      return slot.pending;
    },
    drop(key, token) {
      if (slots.get(key)?.token === token) slots.delete(key);
    },
  };
}

/** By login, its trace in keys: hashing an Azure token for each of thousands of requests would show. */
const traces = new WeakMap<Login, string>();

/** Tells tokens apart by host, repository and login, without keeping the login. */
export function tokenKey(host: string, repository: string, login: Login | undefined): string {
  return `${host} ${repository} ${login ? traceOf(login) : ""}`;
}

function traceOf(login: Login): string {
  const known = traces.get(login);
  if (known !== undefined) return known;
  const trace = hash("sha256", `${login.username.reveal()}\0${login.password.reveal()}`, "base64");
  traces.set(login, trace);
  return trace;
}
