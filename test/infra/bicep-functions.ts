/** Functions of the namespaces sys and az ("Bicep functions" of the Bicep documentation). */
export const builtInFunctions: ReadonlySet<string> = new Set(
  `any array base64 base64ToJson base64ToString bool buildUri cidrHost cidrSubnet concat contains dataUri
  dataUriToString dateTimeAdd dateTimeFromEpoch dateTimeToEpoch deployer deployment empty endsWith
  environment extensionResourceId filter first flatten format getSecret groupBy guid indexOf int
  intersection items join json last lastIndexOf length loadDirectoryFileInfo loadFileAsBase64
  loadJsonContent loadTextContent loadYamlContent managementGroup managementGroupResourceId map
  mapValues max min nameof newGuid objectKeys padLeft parseCidr parseUri pickZones range reduce
  reference replace resourceGroup resourceId shallowMerge skip sort split startsWith string subscription
  subscriptionResourceId substring take tenant tenantResourceId toLogicalZone toLogicalZones toLower
  toObject toPhysicalZone toPhysicalZones toUpper trim union uniqueString uri uriComponent
  uriComponentToString utcNow`.split(/\s+/),
);
