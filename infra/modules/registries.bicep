// The registries that Larder serves, wherever they are, and what it may do there.
targetScope = 'subscription'

@description('ARM ids of the registries, a new one included.')
@minLength(1)
param registryIds array

@description('Make a registry.')
param newRegistry bool

@description('Its resource group.')
param groupName string

@description('Its name.')
param name string

@description('Its region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Its tier.')
@allowed(['Basic', 'Standard', 'Premium'])
param sku string

@description('Whether its roles may be narrowed to repositories (ABAC).')
param repositoryRoles bool

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('Larder may untag and delete images.')
param deleteImages bool

module registry 'registry.bicep' = if (newRegistry) {
  scope: resourceGroup(groupName)
  params: {
    name: name
    location: location
    tags: tags
    sku: sku
    repositoryRoles: repositoryRoles
  }
}

module larderOnRegistries '../access/larder-on-registry.bicep' = [
  for id in registryIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      registryName: last(split(id, '/'))
      principalId: identityPrincipalId
      customRoleIds: customRoleIds
      deleteImages: deleteImages
    }
    dependsOn: [registry]
  }
]

module larderOnSubscriptions '../access/larder-on-subscription.bicep' = [
  for id in union([], map(registryIds, one => toLower(split(one, '/')[2]))): {
    scope: subscription(id)
    params: { principalId: identityPrincipalId, customRoleIds: customRoleIds }
  }
]
