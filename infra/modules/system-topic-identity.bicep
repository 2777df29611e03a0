// Who a system topic is that was there before. Deployed to its resource group.

@description('Name of the system topic.')
param name string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: name
}

@description('Object id of its identity, or empty where it has none.')
output principalId string = topic.?identity.?principalId ?? ''
