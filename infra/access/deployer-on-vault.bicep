// For a vault that this deployment makes; whoever brings a vault gives this right, or writes the secrets.

@description('Name of the vault.')
param vaultName string

@description('Object id of whoever deploys.')
param principalId string

@description('Kind of that identity.')
@allowed(['User', 'ServicePrincipal'])
param principalType string

@description('Lists, reads and writes secrets.')
var roleId = loadJsonContent('built-in-roles.json')['Key Vault Secrets Officer']

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

// The postprovision hook: asks which secrets are there, and writes those that are not.
resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, roleId)
  scope: vault
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
