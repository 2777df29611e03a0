@description('Name of the topic that takes Larder\'s own events.')
param topicName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Publishes events.')
var roleId = loadJsonContent('built-in-roles.json')['EventGrid Data Sender']

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

// Publishing (announcer).
resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(topic.id, principalId, roleId)
  scope: topic
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
