// The account with Larder's tables and queues.

@description('Name of the state storage account.')
param storageName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('Ids by name.')
var builtIn = loadJsonContent('built-in-roles.json')

@description('What Larder gets.')
var roleIds = empty(customRoleIds)
  ? [
      // Wider: delete whole tables and queues, too.
      builtIn['Storage Table Data Contributor']
      builtIn['Storage Queue Data Contributor']
    ]
  : [
      // Rows of every *-table, and a table that is not there yet (table). Sending, and a queue that is
      // not there yet (outbox). The host's triggers: take, hold and remove messages, copy one to the
      // poison queue and make that, read lengths to scale. As "Authorize with Microsoft Entra ID" of
      // the storage services' REST reference lists them, operation by operation.
      customRoleIds['Larder state']
    ]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource state 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for roleId in roleIds: {
    name: guid(account.id, principalId, roleId)
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]
