// Sends what happens to the secrets concerned to the function secretEvents. Deployed to the system
// topic's resource group.

@description('Name of the vault\'s system topic.')
param topicName string

@description('Name of the subscription.')
param subscriptionName string

@description('Resource id of the function.')
param functionId string

@description('Names of the secrets concerned; events are compared without regard to case.')
@minLength(1)
@maxLength(25)
param secretNames array

@description('Resource id of the storage account that takes undeliverable events.')
param deadLetterStorageId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

// Of a topic that was there before: it may have no identity, and nothing else can write to an account
// without keys. Undeliverable events are then dropped, and the hourly look at the tokens stands in.
@description('The topic can write there.')
var keepsDeadLetters = !empty(topic.?identity.?principalId ?? '')

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: subscriptionName
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    destination: {
      // Event Grid fetches the function's key itself, and follows when it is renewed.
      endpointType: 'AzureFunction'
      properties: {
        resourceId: functionId
        // One event that fails has its whole delivery sent again.
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    filter: {
      includedEventTypes: [
        'Microsoft.KeyVault.SecretNearExpiry'
        'Microsoft.KeyVault.SecretExpired'
        'Microsoft.KeyVault.SecretNewVersionCreated'
      ]
      // A secret event's subject is the secret's name.
      advancedFilters: [{ operatorType: 'StringIn', key: 'subject', values: secretNames }]
    }
    // The service's own limits, said in so many words: a day.
    retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
    deadLetterWithResourceIdentity: keepsDeadLetters
      ? {
          identity: { type: 'SystemAssigned' }
          deadLetterDestination: {
            endpointType: 'StorageBlob'
            properties: {
              resourceId: deadLetterStorageId
              blobContainerName: 'dead-letters'
            }
          }
        }
      : null
  }
}
