import * as z from "zod";
import { type Secret, secret } from "../../src/domain/secret.ts";
import type { Timestamp } from "../../src/domain/time.ts";
import type { Verdict } from "./docker-login.ts";
import type { Terminal } from "./prompt.ts";
import { refusal } from "./refusal.ts";

interface Wanted {
  /** Where it stands for runs that nobody watches. */
  readonly variable: string;
  readonly question: string;
  /** From that variable; tried first. */
  readonly given: Secret | undefined;
  /** What is taken of a typed line. */
  readonly tidy: (typed: string) => string;
  readonly judge: (value: Secret) => Promise<Verdict>;
}

/** Mistyped ones included. */
const attempts = 5;
const nothing: Verdict = { fault: "Nothing was entered." };

/** A value that passes its test, from the environment or by a hidden prompt. Refuses when there is none to be had. */
export async function obtain(terminal: Terminal | undefined, wanted: Wanted): Promise<Secret> {
  const { variable, question, given, tidy, judge } = wanted;
  let value = given;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (!value) {
      if (!terminal) throw refusal(`There is no terminal to ask on: set ${variable}.`);
      value = secret(tidy(await terminal.ask(question, { hidden: true })));
    }
    const { fault, note } = value.reveal() === "" ? nothing : await judge(value);
    if (note !== undefined) console.log(`  ${note}`);
    if (fault === undefined) return value;
    if (!terminal) throw refusal(`${variable}: ${fault}`);
    console.log(`  ${fault}`);
    value = undefined;
  }
  throw refusal(`That was the last of ${attempts} tries. Run "azd up" again.`);
}

/** A day that is still to come; undefined when none was entered. */
export async function askExpiry(
  terminal: Terminal,
  now: Timestamp,
): Promise<Timestamp | undefined> {
  const question = "When does it end (2027-03-31; nothing: never, or nobody knows)? ";
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const typed = (await terminal.ask(question, { hidden: false })).trim();
    if (typed === "") return undefined;
    const day = z.iso.date().safeParse(typed).data;
    const expiry = day === undefined ? "" : new Date(day).toISOString();
    if (expiry > now) return expiry;
    console.log("  That is no day to come, written as year-month-day.");
  }
  return undefined;
}
