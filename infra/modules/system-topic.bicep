// The system topic of a vault. Deployed to the resource group of the vault, or of the topic that is there.

@description('Name of the system topic, where one is made.')
param name string

@description('Name of the one that is there; empty: it is made.')
param existingName string

@description('Name of the vault, in the same resource group where the topic is made.')
param vaultName string

@description('Tags of every resource.')
param tags object

var create = empty(existingName)

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource made 'Microsoft.EventGrid/systemTopics@2025-02-15' = if (create) {
  name: name
  // A topic is in the region of its source.
  location: vault.location
  tags: tags
  // Behind a storage firewall only a system-assigned one is let through.
  identity: { type: 'SystemAssigned' }
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

resource held 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: create ? name : existingName
}

@description('ARM id of the system topic.')
output id string = held.id

@description('Object id of its identity, or empty where it has none.')
output principalId string = create ? made!.identity.principalId : (held.?identity.?principalId ?? '')
