// Where things are kept, and the network that they are reached through.

@description('What names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Ids of the custom roles by name; empty: built-in roles, which are wider.')
param customRoleIds object

@description('ARM id of the vault, whether it is made here or not.')
param vaultId string

@description('Make the vault.')
param newVault bool

@description('Object id of whoever deploys.')
param principalId string

@description('Kind of that identity.')
@allowed(['User', 'ServicePrincipal'])
param principalType string

@description('Reach all of it through private endpoints only.')
param privateNetworking bool

@description('Addresses and ranges that are let through in that case, comma-separated.')
param allowedAddresses string

@description('ARM id of a Premium registry that gets an endpoint, too, or empty for none.')
param registryId string

// Storage takes a single address only without its /32.
var addresses = filter(map(split(allowedAddresses, ','), one => replace(trim(one), '/32', '')), one => !empty(one))

module hostStorage 'host-storage.bicep' = {
  params: {
    name: 'sthost${suffix}'
    location: location
    tags: tags
    identityPrincipalId: identityPrincipalId
    privateNetworking: privateNetworking
    allowedAddresses: addresses
  }
}

module stateStorage 'state-storage.bicep' = {
  params: {
    name: 'ststate${suffix}'
    location: location
    tags: tags
    identityPrincipalId: identityPrincipalId
    customRoleIds: customRoleIds
    privateNetworking: privateNetworking
    allowedAddresses: addresses
  }
}

module vault 'vault.bicep' = if (newVault) {
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: tags
    principalId: principalId
    principalType: principalType
    privateNetworking: privateNetworking
    allowedAddresses: addresses
  }
}

module network 'network.bicep' = if (privateNetworking) {
  params: {
    suffix: suffix
    location: location
    tags: tags
    hostStorageId: hostStorage.outputs.id
    stateStorageId: stateStorage.outputs.id
    vaultId: vaultId
    registryId: registryId
  }
  dependsOn: [vault]
}

@description('Address of the container that takes the app package.')
output packageContainerUrl string = hostStorage.outputs.packageContainerUrl

@description('Address of the blob service of the Functions host.')
output hostBlobEndpoint string = hostStorage.outputs.blobEndpoint

@description('ARM id of the storage account with Larder\'s state.')
output stateStorageId string = stateStorage.outputs.id

@description('Its table service.')
output stateTableEndpoint string = stateStorage.outputs.tableEndpoint

@description('Its queue service.')
output stateQueueEndpoint string = stateStorage.outputs.queueEndpoint

@description('Its container for undeliverable events.')
output deadLetterContainer string = stateStorage.outputs.deadLetterContainer

@description('The subnet that the app joins, or empty for none.')
output appSubnetId string = privateNetworking ? network!.outputs.appSubnetId : ''
