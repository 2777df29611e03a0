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

// Where the topic is, or shall be: beside its vault.
var place = split(empty(existingTopicId) ? vaultId : existingTopicId, '/')

module topic 'system-topic.bicep' = {
  scope: resourceGroup(place[2], place[4])
  params: {
    name: topicName
    existingName: empty(existingTopicId) ? '' : last(place)
    vaultName: last(split(vaultId, '/'))
    tags: tags
  }
}

module topicOnDeadLetters '../access/topic-on-dead-letters.bicep' = {
  params: {
    storageName: stateStorageName
    containerName: deadLetterContainer
    principalId: topic.outputs.principalId
  }
}

@description('ARM id of the system topic.')
output topicId string = topic.outputs.id
