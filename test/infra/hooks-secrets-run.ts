import { expect } from "vitest";
import { formsOf } from "../end-to-end/secret-forms.ts";
import { type Ended, runHook } from "./hooks-program.ts";
import { account, type HooksStage, hooksStage } from "./hooks-stage.ts";

const opened: HooksStage[] = [];
/** A stage that `closeStages` closes. */
export async function open(): Promise<HooksStage> {
  const stage = await hooksStage();
  opened.push(stage);
  return stage;
}

/** For afterEach. */
export async function closeStages(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
}

/** A token that somebody made on Docker Hub's site. */
export const tokenOf = ({ hub }: HooksStage) =>
  hub.createToken(account, { label: "by hand" }).token;

/** Runs the hook; whatever it prints, nothing of the secrets may be in it. */
export async function run(
  stage: HooksStage,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const ended = await runHook("secrets", { ...stage.env, ...env }).ended;
  const secrets = ["DOCKER_TOKEN", "DOCKER_PASSWORD", "DOCKER_TOTP_SEED"];
  const forms = secrets.flatMap((name) => formsOf(env[name] ?? ""));
  expect(forms.filter((form) => ended.text.includes(form))).toEqual([]);
  const words = stage.programs.given.flatMap((command) => command.words).join(" ");
  expect(forms.filter((form) => words.includes(form))).toEqual([]);
  return ended;
}
