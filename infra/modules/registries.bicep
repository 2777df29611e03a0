// The registries that Larder serves, wherever they are, and what it may do there.
targetScope = 'subscription'

@description('ARM ids of the registries, comma-separated; empty: one is made.')
param registryIds string

@description('Resource group of one that is made.')
param groupName string

@description('What its name ends in.')
param suffix string

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

@description('None is given.')
var newRegistry = empty(registryIds)

@description('Name of one that is made.')
var newName = 'cr${suffix}'

// Put together and not read from an output, because the scope of a module must be known before anything
// is deployed.
@description('ARM id of one that is made.')
var newId = '${subscription().id}/resourceGroups/${groupName}/providers/Microsoft.ContainerRegistry/registries/${newName}'

@description('Those that are given, each once.')
var givenIds = union([], filter(map(split(registryIds, ','), id => trim(id)), id => !empty(id)))

@description('All that are served.')
var servedIds = newRegistry ? [newId] : givenIds

module registry 'registry.bicep' = if (newRegistry) {
  scope: resourceGroup(groupName)
  params: {
    name: newName
    location: location
    tags: tags
    sku: sku
    repositoryRoles: repositoryRoles
  }
}

module larderOnRegistries '../access/larder-on-registry.bicep' = [
  for id in servedIds: {
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
  for id in union([], map(servedIds, one => toLower(split(one, '/')[2]))): {
    scope: subscription(id)
    params: { principalId: identityPrincipalId, customRoleIds: customRoleIds }
  }
]

@description('ARM ids of the served registries, comma-separated.')
output ids string = join(servedIds, ',')

@description('ARM id of a new registry that takes a private endpoint, or empty for none.')
output premiumId string = newRegistry && sku == 'Premium' ? newId : ''
