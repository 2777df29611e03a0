@description('Name of the storage account.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Only private endpoints and the allowed addresses may reach the account.')
param privateNetworking bool

@description('Addresses and ranges that are let through in that case.')
param allowedAddresses array

// What the Functions host keeps for itself: the app package, leases, timer status, function keys.
// Apart from Larder's state, so that neither identity nor backup of the one touches the other.
@description('Name of the container that takes the app package.')
var packageContainer = 'app-package'

@description('Nobody comes in from outside.')
var closed = privateNetworking && empty(allowedAddresses)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
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
      bypass: 'None'
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
      ipRules: map(allowedAddresses, address => { action: 'Allow', value: address })
    }
  }
}

// No soft delete of blobs: it keeps every overwritten one, and the host overwrites timer status and
// leases all day. A deleted container, with the function keys in it, can be had back.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: packageContainer
  properties: { publicAccess: 'None' }
}

module larderOnHostStorage '../access/larder-on-host-storage.bicep' = {
  params: { storageName: account.name, principalId: identityPrincipalId }
}

@description('Resource id.')
output id string = account.id

@description('Address of the blob service, with a final slash.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Address of the container that takes the app package.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${package.name}'
