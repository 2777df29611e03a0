@description('Name of the vault.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of whoever deploys, who writes the secrets.')
param principalId string

@description('Kind of that identity.')
@allowed(['User', 'ServicePrincipal'])
param principalType string

@description('Only private endpoints, the allowed addresses and trusted services may reach the vault.')
param privateNetworking bool

@description('Addresses and ranges that are let through in that case.')
param allowedAddresses array

@description('Nobody comes in from outside.')
var closed = privateNetworking && empty(allowedAddresses)

// Holds no secret yet: the values are written by the postprovision hook, never by a deployment, whose
// history anyone with read access could look up.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: {
      // ACR reads a credential set's secrets as a trusted service.
      bypass: 'AzureServices'
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
      ipRules: map(allowedAddresses, address => { value: address })
    }
  }
}

module deployerOnVault '../access/deployer-on-vault.bicep' = {
  params: { vaultName: vault.name, principalId: principalId, principalType: principalType }
}
