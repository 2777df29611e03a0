import * as z from "zod";
import { isRepositoryPath, tagPattern } from "../domain/image.ts";
import { ruleNamePattern } from "../domain/rule-name.ts";

/** Registries are Azure resources named with letters and digits only (facts/acr.md section 1). */
const registryName = z
  .string()
  .regex(/^[a-zA-Z0-9]{5,50}$/, "A registry name is 5 to 50 letters and digits.")
  .describe("Name of the registry, without .azurecr.io.")
  .meta({ examples: ["contoso"] });

export const ruleName = z
  .string()
  .regex(ruleNamePattern, "A rule name is 5 to 50 letters, digits and hyphens.")
  .describe("Name of the cache rule.")
  .meta({ examples: ["grafana"] });

/** ACR gives sets and rules the same form of name (specification CredentialSet.tsp, facts/acr.md section 1). */
const credentialSetName = z
  .string()
  .regex(ruleNamePattern, "A credential set's name is 5 to 50 letters, digits and hyphens.")
  .describe("Name of the credential set.")
  .meta({ examples: ["dockerhub"] });

/** An operation's id begins with its registry's name. */
export const operationId = z
  .string()
  .regex(/^[a-zA-Z0-9]{5,50}-[a-zA-Z0-9-]{1,64}$/, "This is not an id that Larder gives out.")
  .describe("Id from Operation-Location.")
  .meta({ examples: ["contoso-mfzwizltovzwk4q2mfzwizlto4"] });

export const repositoryName = z
  .string()
  .max(255)
  .refine(isRepositoryPath, "Not the name of a repository, such as grafana/grafana.")
  .describe("Repository in the registry, without the registry's host.")
  .meta({ examples: ["grafana/grafana"] });

export const tagName = z
  .string()
  .regex(tagPattern, "A tag is 1 to 128 letters, digits, dots, hyphens and underscores.")
  .meta({ examples: ["latest"] });

/** What calls take in their path: nothing (in the query, too), a registry, or one of its rules, credential sets or refreshes. */
export const none = z.strictObject({});
export const registryOnly = z.strictObject({ registry: registryName });
export const oneRefresh = z.strictObject({ registry: registryName, id: operationId });
export const oneCredentialSet = z.strictObject({
  registry: registryName,
  name: credentialSetName,
});
export const oneRule = z.strictObject({ registry: registryName, name: ruleName });
