// What Larder may do with the images of one registry. A registry with repository permissions (ABAC)
// heeds none of the classic roles, and the other way round (Microsoft Learn, "Microsoft Entra-based
// repository permissions in Azure Container Registry").

@description('Name of the registry.')
param registryName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('Larder may untag and delete images.')
param deleteImages bool

@description('The registry has repository permissions.')
param repositoryRoles bool

@description('Ids by name.')
var builtIn = loadJsonContent('built-in-roles.json')

@description('What Larder gets in any case.')
var reading = repositoryRoles
  ? [
      // Tags, manifests and their counts (cache, repositories), pulls (registry-pulls).
      builtIn['Container Registry Repository Reader']
      // The catalogue (repositories): what is in the way of a rule, what belongs to one.
      builtIn['Container Registry Repository Catalog Lister']
    ]
  : [
      // All of these.
      builtIn.AcrPull
    ]

// Built-in, and wider: pushes, too.
@description('Untagging and deleting in a registry with repository permissions.')
var repositoryDeleting = empty(customRoleIds)
  ? [builtIn['Container Registry Repository Contributor']]
  : [customRoleIds['Larder image remover']]

// Untagging and superseded manifests (cache), images=delete of a rule (repositories). No source says
// which of the remover's two actions is asked for which of these.
@description('What it gets besides where it may delete.')
var deleting = repositoryRoles ? repositoryDeleting : [builtIn.AcrDelete]

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource images 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in concat(reading, deleteImages ? deleting : []): {
    name: guid(registry.id, principalId, roleId)
    scope: registry
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]
