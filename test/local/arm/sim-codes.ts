/**
 * Error codes that no source tells. The rules behind them are documented, their codes were not found
 * (facts/acr.md section 1), so each carries "sim:" and nothing may depend on its spelling.
 */
export const sim = {
  /** Static target equal to an existing repository: blocked by design (acr#789), code not found. */
  targetRepositoryExists: "sim:TargetRepositoryExists",
  /** Two wildcard targets, equal or nested (DOCS/wildcards-artifact-cache). */
  targetRepositoryOverlaps: "sim:TargetRepositoryOverlaps",
  /** Two static rules with one target (DOCS/wildcards-artifact-cache). */
  targetRepositoryInUse: "sim:TargetRepositoryInUse",
  /** A wildcard not at the end, or not on both sides (DOCS/wildcards-artifact-cache). */
  wildcardNotAllowed: "sim:WildcardNotAllowed",
  /** More than 1,000 rules in a registry (DOCS/troubleshoot). */
  cacheRuleLimitReached: "sim:CacheRuleLimitReached",
  /** The text is acr#766's, from the portal. */
  invalidRepositoryName: "sim:InvalidRepositoryName",
  /** Authenticated-only upstreams besides Docker Hub (DOCS/overview). */
  enforceSourceAuthentication: "sim:EnforceSourceAuthentication",
  credentialSetNotFound: "sim:CredentialSetNotFound",
  credentialSetInUse: "sim:CredentialSetInUse",
  /** 5 to 50 of a-z, A-Z, 0-9 and hyphen (SPEC). */
  invalidResourceName: "sim:InvalidResourceName",
  missingProperty: "sim:MissingProperty",
  /** PUT over a rule with another mapping; see the switch `putMayRemap`. */
  mappingImmutable: "sim:MappingImmutable",
  /** See the switch `busyResource`. */
  operationInProgress: "sim:OperationInProgress",
  /** What a long-running operation says when the fault "operation-fails" hit it. */
  operationFailed: "sim:OperationFailed",
  /** credentialHealth when the upstream refuses the login. */
  loginRefused: "sim:Unauthorized",
  /** credentialHealth when the upstream never answered since the set was made. */
  sourceUnreachable: "sim:SourceUnreachable",
  importTagExists: "sim:TagAlreadyExists",
  importRefused: "sim:RepositoryUnderCacheRule",
  importSourceFailed: "sim:ImportSourceFailed",
  invalidImport: "sim:InvalidImportParameters",
} as const;
