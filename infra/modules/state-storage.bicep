@description('Name of the storage account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('How often, and where, the account is kept.')
param redundancy string

@description('Only private endpoints, the allowed addresses and Event Grid may reach the account.')
param privateNetworking bool

@description('Addresses and ranges that are let through in that case.')
param allowedAddresses array

@description('Days that undeliverable events are kept.')
@minValue(1)
param deadLetterDays int = 30

// Larder would make a missing one itself; they are made here so that the first request does not pay for
// it, and so that the poison queues can be watched from the start.
@description('The tables that src/azure opens.')
var tableNames = ['budgets', 'heartbeats', 'refreshes', 'rotations', 'rules', 'tags']

@description('The queues that src/azure opens.')
var queueNames = [
  'refresh-work'
  'refresh-work-poison'
  'rotation-work'
  'rotation-work-poison'
  'rule-work'
  'rule-work-poison'
]

@description('Name of the container that takes undeliverable events.')
var deadLetters = 'dead-letters'

@description('Nobody comes in from outside.')
var closed = privateNetworking && empty(allowedAddresses)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Event Grid delivers dead letters as a trusted service with the system topic's own identity.
      // The bypass holds even where public access is disabled ("Configure Azure Storage firewalls").
      bypass: 'AzureServices'
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
      ipRules: map(allowedAddresses, address => { action: 'Allow', value: address })
    }
  }
}

// Table Storage has no soft delete; README "Operate" says how rows are backed up.
resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {}
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for table in tableNames: {
    parent: tableService
    name: table
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {}
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queue in queueNames: {
    parent: queueService
    name: queue
  }
]

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    deleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource deadLetterContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: deadLetters
  properties: { publicAccess: 'None' }
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'forget-dead-letters'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob', 'appendBlob']
              prefixMatch: ['${deadLetters}/']
            }
            actions: {
              baseBlob: { delete: { daysAfterModificationGreaterThan: deadLetterDays } }
            }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

module larderOnStateStorage '../access/larder-on-state-storage.bicep' = {
  params: { storageName: account.name, principalId: identityPrincipalId, customRoleIds: customRoleIds }
}

@description('Resource id.')
output id string = account.id

@description('Address of the table service, with a final slash.')
output tableEndpoint string = account.properties.primaryEndpoints.table

@description('Address of the queue service, with a final slash.')
output queueEndpoint string = account.properties.primaryEndpoints.queue

@description('The container that takes undeliverable events.')
output deadLetterContainer string = deadLetterContainer.name
