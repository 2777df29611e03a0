// The vault's system topic, and its right to keep what it cannot deliver. The subscription follows in
// connect.bicep. Deployed to the app's resource group.

@description('ARM id of the vault.')
param vaultId string

@description('Name of the system topic, where one is made.')
param topicName string

// A source has one at most.
@description('ARM id of the system topic that the vault has already; empty: it is made.')
param existingTopicId string

@description('Tags of every resource.')
param tags object

@description('Name of the state storage account.')
param stateStorageName string

@description('Its container for undeliverable events.')
param deadLetterContainer string

@description('The vault has none.')
var create = empty(existingTopicId)

@description('The vault by parts of its id: subscription, resource group, name.')
var vaultPlace = split(vaultId, '/')

@description('Likewise the topic; any that parses, where there is none.')
var topicPlace = split(create ? vaultId : existingTopicId, '/')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  scope: resourceGroup(vaultPlace[2], vaultPlace[4])
  name: last(vaultPlace)
}

module topic 'system-topic.bicep' = if (create) {
  scope: resourceGroup(vaultPlace[2], vaultPlace[4])
  params: { name: topicName, location: vault.location, tags: tags, vaultId: vaultId }
}

module held 'system-topic-identity.bicep' = if (!create) {
  scope: resourceGroup(topicPlace[2], topicPlace[4])
  params: { name: last(topicPlace) }
}

module topicOnDeadLetters '../access/topic-on-dead-letters.bicep' = {
  params: {
    storageName: stateStorageName
    containerName: deadLetterContainer
    principalId: create ? topic!.outputs.principalId : (held!.outputs.principalId)
  }
}

@description('ARM id of the system topic.')
output topicId string = create ? topic!.outputs.id : existingTopicId
