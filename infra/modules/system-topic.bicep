// The system topic of a vault, in the vault's resource group.

@description('Name of the system topic.')
param name string

// A topic is in the region of its source. Handed in, because a location must be known before anything is
// deployed, which that of an existing resource is not (Azure/bicep#1988).
@description('Region of the vault.')
param location string

@description('Tags of every resource.')
param tags object

@description('ARM id of the vault.')
param vaultId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  // Behind a storage firewall only a system-assigned one is let through.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: vaultId
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

@description('ARM id of the system topic.')
output id string = topic.id

@description('Object id of its identity.')
output principalId string = topic.identity.principalId
