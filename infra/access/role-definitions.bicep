// The custom roles, where every built-in role would allow more than src/ calls. They stay when the
// resource group is deleted, as all role definitions do; deploying again takes the same ones up.
targetScope = 'subscription'

@description('ARM id of Larder\'s resource group: makes the roles this deployment\'s own.')
param groupId string

@description('ARM id of a vault that was there before, or empty.')
param vaultId string

@description('ARM ids of registries that were there before, comma-separated.')
param registryIds string

@description('False: no role is defined, and built-in ones are assigned, which are wider.')
param customRoles bool

@description('By name what Larder calls.')
var roles = items(loadJsonContent('custom-roles.json'))

@description('What the roles are assigned on; they must be known there.')
var places = filter(map(concat([groupId, vaultId], split(registryIds, ',')), id => trim(id)), id => !empty(id))

@description('Of these, each once.')
var subscriptionIds = union([], map(places, id => toLower(split(id, '/')[2])))

@description('As people read it.')
var resourceGroupName = last(split(groupId, '/'))

@description('By name. connect.bicep finds roles by the same formula.')
var ids = toObject(
  roles,
  role => role.key,
  role => guid(subscription().subscriptionId, toLower(resourceGroupName), role.key)
)

@description('A role\'s name is taken in the whole tenant.')
var suffix = '(${resourceGroupName}, ${take(uniqueString(subscription().subscriptionId), 5)})'

// One after another: RBAC may answer several at once with RoleDefinitionUpdateConflict (Azure/ARO-RP#1081).
@batchSize(1)
resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in roles: if (customRoles) {
    name: ids[role.key]
    properties: {
      roleName: '${role.key} ${suffix}'
      description: role.value.description
      type: 'CustomRole'
      permissions: [
        {
          actions: role.value.actions
          notActions: []
          dataActions: role.value.dataActions
          notDataActions: []
        }
      ]
      assignableScopes: map(subscriptionIds, id => '/subscriptions/${id}')
    }
  }
]

@description('Ids of the custom roles by name, or nothing where there are none.')
output ids object = customRoles ? ids : {}
