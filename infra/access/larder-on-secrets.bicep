// What Larder may do with single secrets; it has no right on the vault as a whole. Deployed to the
// vault's resource group. A secret may be granted before it is there: ARM does not look for it.

@description('Name of the vault.')
param vaultName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Names of the secrets that Larder reads.')
param readSecrets array

@description('Names of the secrets that Larder writes.')
param writtenSecrets array = []

@description('Id of the role to write with, where there are any.')
param writerRoleId string = ''

@description('Reads the values of secrets.')
var readerRoleId = loadJsonContent('built-in-roles.json')['Key Vault Secrets User']

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource toRead 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for name in readSecrets: {
    parent: vault
    name: name
  }
]

// Reading (vault, secrets): the user name for the upstream check, budgets and take-over; the token
// where it is not renewed; password and seed for the account's login, managed mode only.
resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in readSecrets: {
    name: guid(toRead[i].id, principalId, readerRoleId)
    scope: toRead[i]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', readerRoleId)
    }
  }
]

resource toWrite 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for name in writtenSecrets: {
    parent: vault
    name: name
  }
]

// Live and pending token (secrets): get a version, set a new one, tag and disable one, and list them
// where one is disabled (disabled-version).
resource writers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in writtenSecrets: {
    name: guid(toWrite[i].id, principalId, writerRoleId)
    scope: toWrite[i]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', writerRoleId)
    }
  }
]
