import * as z from "zod";
import type { AdoptionRequest } from "../domain/adoption.ts";
import { maximumRules } from "../domain/cache-rule.ts";
import { credentialSetRequest } from "./credential-set-input.ts";
import { ruleName } from "./names.ts";
import { ruleRequest } from "./rule-input.ts";

const { owner, reason, refresh } = ruleRequest.shape;
const { account } = credentialSetRequest.shape.rotation.unwrap().shape;

/** Body of the call that takes a registry over. */
export const adoptionRequest = z
  .strictObject({
    dryRun: z
      .boolean("Must be true or false.")
      .default(false)
      .describe("Only tell what would be taken over, by the same checks."),
    rules: z
      .array(ruleName)
      .min(1)
      .max(maximumRules)
      .optional()
      .describe("Names of the rules to take over; all when absent."),
    owner,
    reason,
    refresh: refresh.describe("Refresh policy of the rules that are taken over."),
    credentialSets: z
      .enum(["assisted", "managed", "none"], 'Must be "assisted", "managed" or "none".')
      .optional()
      .describe(
        "assisted: Larder watches the token of each docker.io set and tells when a person must renew it; managed: Larder renews it; none: the sets are left alone. When absent: assisted, but none where rules are named.",
      ),
    account: account
      .optional()
      .describe("Docker ID behind the sets; what their user-name secret holds when absent."),
  })
  .meta({ id: "AdoptionRequest" }) satisfies z.ZodType<AdoptionRequest & { dryRun: boolean }>;

export const adoptionRequestExample = {
  dryRun: true,
  owner: "team-platform",
  reason: "Made by hand before Larder",
};
