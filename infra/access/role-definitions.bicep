// The custom roles, where every built-in role would allow more than src/ calls. They stay when the
// resource group is deleted, as all role definitions do; deploying again takes the same ones up.
targetScope = 'subscription'

@description('Name of Larder\'s resource group: makes the roles this deployment\'s own.')
param resourceGroupName string

@description('Ids of all subscriptions with a served registry or a vault, and of the app\'s own.')
@minLength(1)
param subscriptionIds array

@description('False: no role is defined, and built-in ones are assigned, which are wider.')
param customRoles bool

var roles = items(loadJsonContent('custom-roles.json'))
// connect.bicep finds roles by the same formula.
var ids = toObject(
  roles,
  role => role.key,
  role => guid(subscription().subscriptionId, toLower(resourceGroupName), role.key)
)
// A role's name is taken in the whole tenant.
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
