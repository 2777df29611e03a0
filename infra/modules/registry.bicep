@description('Name of the registry.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Tier.')
@allowed(['Basic', 'Standard', 'Premium'])
param sku string

@description('Whether roles may be narrowed to repositories (ABAC).')
param repositoryRoles bool

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    // Without it a registry with network rules serves pulls, but stores nothing of them (Microsoft
    // Learn, "Artifact cache in Azure Container Registry").
    networkRuleBypassOptions: 'AzureServices'
    // Those who pull are elsewhere; whoever has given them endpoints may close it.
    publicNetworkAccess: 'Enabled'
    // Said in so many words, because the service's own default is about to change, and clusters that
    // are let in by AcrPull (az aks update --attach-acr) cannot pull from an ABAC registry.
    roleAssignmentMode: repositoryRoles ? 'AbacRepositoryPermissions' : 'LegacyRegistryPermissions'
  }
}
