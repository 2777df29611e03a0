// Lets a credential set read its two secrets, and no other. Deployed to the vault's resource group.

@description('Name of the vault.')
param vaultName string

@description('Object id of the credential set\'s own identity.')
param principalId string

@description('Names of the secrets with the user name and the token.')
@minLength(2)
@maxLength(2)
param secretNames array

@description('Reads the values of secrets.')
var roleId = loadJsonContent('built-in-roles.json')['Key Vault Secrets User']

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for name in secretNames: {
    parent: vault
    name: name
  }
]

// ACR's own reading, on a pull that goes upstream; src/azure/grants.ts gives the same to sets that
// Larder makes, where it may.
resource readers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in secretNames: {
    name: guid(secrets[i].id, principalId, roleId)
    scope: secrets[i]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    }
  }
]
