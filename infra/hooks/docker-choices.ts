import * as z from "zod";
import { normaliseMapping } from "../../src/domain/normalise-mapping.ts";
import { dockerIdPattern, rotationModes } from "../../src/domain/rotation-policy.ts";
import { isRotatorSecret } from "../../src/domain/rotator-secrets.ts";
import { ruleNamePattern } from "../../src/domain/rule-name.ts";
import { parseFirstRules } from "./first-rules.ts";

/** Leaves room for "-pending", and the names of accounts' logins to those (src/domain/rotator-secrets.ts). */
const secretName = z
  .string()
  .regex(/^[a-zA-Z0-9-]{1,119}$/, "must be 1 to 119 letters, digits and hyphens")
  .refine(
    (name) => !isRotatorSecret(`https://vault/secrets/${name}`),
    "must not be the name of an account's password or seed",
  );

/** What the hooks take from azd's environment and the templates do not, beside FIRST_RULES. */
export const dockerChoices = {
  /** As the API takes it; two hyphens in a row would be another account's secret (src/domain/rotator-secrets.ts). */
  DOCKER_ACCOUNT: z
    .string()
    .toLowerCase()
    .refine(
      (account) => dockerIdPattern.test(account) && !account.includes("--"),
      "must be a Docker ID or a Docker organization's name",
    ),
  DOCKER_ROTATION: z.enum([...rotationModes, "off"], "must be managed, assisted or off"),
  CREDENTIAL_SET_NAME: z
    .string()
    .regex(ruleNamePattern, "must be 5 to 50 letters, digits and hyphens"),
  USER_SECRET_NAME: secretName,
  TOKEN_SECRET_NAME: secretName,
};

export const usualNames = { user: "docker-hub-user", token: "docker-hub-token" };

interface TwoNames {
  readonly USER_SECRET_NAME?: string | undefined;
  readonly TOKEN_SECRET_NAME?: string | undefined;
}

/** Whether user name, token and pending token have secrets of their own; the vault compares names without case. */
export function namesDiffer({ USER_SECRET_NAME, TOKEN_SECRET_NAME }: TwoNames): boolean {
  const user = (USER_SECRET_NAME || usualNames.user).toLowerCase();
  const token = (TOKEN_SECRET_NAME || usualNames.token).toLowerCase();
  return user !== token && user !== `${token}-pending`;
}

/** For a registry that is not there yet. */
const someServer = "contoso.azurecr.io";

/** What is wrong with FIRST_RULES, a sentence each, before any registry is asked. */
export function firstRulesFaults(text: string): readonly string[] {
  try {
    return (parseFirstRules(text) ?? []).flatMap((rule) => {
      const form = normaliseMapping(rule, someServer);
      const problems = form.ok ? [] : form.problems;
      return problems.map(
        ({ message }) => `FIRST_RULES has "${rule.source}=${rule.target}". ${message}`,
      );
    });
  } catch (error) {
    return [(error as Error).message];
  }
}
