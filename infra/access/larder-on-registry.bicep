// What Larder may do with one registry: here at ARM, in larder-on-images with what is stored. Deployed
// to the registry's resource group.

@description('Name of the registry.')
param registryName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('Larder may untag and delete images.')
param deleteImages bool

@description('Ids by name.')
var builtIn = loadJsonContent('built-in-roles.json')

@description('What Larder gets at ARM.')
var roleIds = empty(customRoleIds)
  ? [
      // registries/read. Wider: every property and child of the registry, but no action.
      builtIn.Reader
      // Rules, as below.
      builtIn['Container Registry Cache Rule Administrator']
      // Sets, as below. Wider: deletes them, too.
      builtIn['Container Registry Credential Set Administrator']
    ]
  : [
      // Login server and tier (registries); listing, creating, changing and deleting rules with their
      // operations (cache-rules, cache-rule-writer); listing, making and touching credential sets with
      // theirs (credential-sets, credential-set-writer). Larder deletes no set.
      customRoleIds['Larder registry']
    ]

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource control 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in roleIds: {
    name: guid(registry.id, principalId, roleId)
    scope: registry
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]

// A module, because only that can decide by what the registry says of itself.
module images 'larder-on-images.bicep' = {
  params: {
    registryName: registryName
    principalId: principalId
    customRoleIds: customRoleIds
    deleteImages: deleteImages
    repositoryRoles: (registry.properties.?roleAssignmentMode ?? '') == 'AbacRepositoryPermissions'
  }
}
