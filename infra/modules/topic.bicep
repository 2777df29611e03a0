// The topic to which Larder tells what becomes of tokens (src/azure/announcer.ts).

@description('Name of the topic.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

module larderOnTopic '../access/larder-on-topic.bicep' = {
  params: {
    topicName: topic.name
    principalId: identityPrincipalId
  }
}

@description('Address that takes the events.')
output endpoint string = topic.properties.endpoint
