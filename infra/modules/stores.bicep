// Where things are kept, the network that they are reached through, and what the vault tells of itself.

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

@description('ARM id of the vault; empty: it is made here.')
param existingVaultId string

@description('ARM id of the vault with the account\'s password and seed; empty: the same.')
param rotatorVaultId string

@description('ARM id of the vault\'s system topic; empty: it is made.')
param existingSystemTopicId string

@description('Object id of whoever deploys.')
param principalId string

@description('Kind of that identity.')
@allowed(['User', 'ServicePrincipal'])
param principalType string

@description('Redundancy of the account with Larder\'s state.')
param redundancy string

@description('Reach all of it through private endpoints only.')
param privateNetworking bool

@description('Addresses and ranges that are let through in that case, comma-separated.')
param allowedAddresses string

@description('Addresses of the network, where there is one.')
param addressSpace string

@description('ARM id of a Premium registry that gets an endpoint, too, or empty for none.')
param registryId string

@description('One by one. Storage takes a single address only without its /32.')
var addresses = filter(map(split(allowedAddresses, ','), one => replace(trim(one), '/32', '')), one => !empty(one))

@description('None is given.')
var newVault = empty(existingVaultId)

@description('ARM id of the vault, whether it is made here or not.')
var vaultId = newVault ? resourceId('Microsoft.KeyVault/vaults', 'kv-${suffix}') : existingVaultId

@description('Where the account\'s password and seed are.')
var loginVaultId = empty(rotatorVaultId) ? vaultId : rotatorVaultId

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
    redundancy: redundancy
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
    addressSpace: addressSpace
    hostStorageId: hostStorage.outputs.id
    stateStorageId: stateStorage.outputs.id
    vaultId: vaultId
    registryId: registryId
  }
  dependsOn: [vault]
}

module events 'event-source.bicep' = {
  params: {
    vaultId: vaultId
    topicName: 'evgt-${suffix}'
    existingTopicId: existingSystemTopicId
    tags: tags
    stateStorageName: last(split(stateStorage.outputs.id, '/'))
    deadLetterContainer: stateStorage.outputs.deadLetterContainer
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

@description('ARM id of the vault.')
output vaultId string = vaultId

@description('Address of the vault.')
output vaultUrl string = 'https://${last(split(vaultId, '/'))}${environment().suffixes.keyvaultDns}'

@description('Address of the vault with the account\'s password and seed.')
output rotatorVaultUrl string = 'https://${last(split(loginVaultId, '/'))}${environment().suffixes.keyvaultDns}'

@description('ARM id of the vault\'s system topic.')
output systemTopicId string = events.outputs.topicId

@description('The subnet that the app joins, or empty for none.')
output appSubnetId string = privateNetworking ? network!.outputs.appSubnetId : ''
