// The account of the Functions host: package, leases, keys, timer status. Nothing in src/ opens it.

@description('Name of the host\'s storage account.')
param storageName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Reads, writes and deletes blobs.')
var roleId = loadJsonContent('built-in-roles.json')['Storage Blob Data Owner']

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

// What the host asks for its own storage (Microsoft Learn, "Connecting to host storage with an
// identity"), and what reads the package on a start.
resource host 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, roleId)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
