@description('Name of the state storage account.')
param storageName string

@description('Name of the container.')
param containerName string

@description('Object id of the system topic\'s identity; empty: the topic has none, so it keeps no dead letters.')
param principalId string

@description('Writes blobs.')
var roleId = loadJsonContent('built-in-roles.json')['Storage Blob Data Contributor']

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = {
  name: '${storageName}/default/${containerName}'
}

// Event Grid's writing of what it could not deliver: keys are switched off.
resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(principalId)) {
  name: guid(container.id, principalId, roleId)
  scope: container
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
