targetScope = 'subscription'

@description('Name of the azd environment. It is in the name of the resource group, and all other names derive from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything. Flex Consumption must be offered there.')
@minLength(1)
param location string

@description('Object id of whoever deploys: the hooks write secrets in that name.')
@minLength(1)
param principalId string

@description('Kind of that principal.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('ARM ids of the registries to serve, comma-separated, in any resource group and subscription that the deployer may reach. Empty makes a new one.')
param registryIds string = ''

@description('Tier of a new registry. Premium lets a private endpoint in.')
@allowed(['Basic', 'Standard', 'Premium'])
param newRegistrySku string = 'Standard'

@description('A new registry has roles by repository (ABAC). AcrPull and what relies on it, such as attached AKS clusters, then have no effect.')
param newRegistryRepositoryRoles bool = false

@description('ARM id of the vault to keep secrets in; it must use Azure RBAC. Empty makes a new one.')
param existingVaultId string = ''

@description('ARM id of the vault\'s Event Grid system topic, if it has one already: a vault has one at most. Empty makes it.')
param existingSystemTopicId string = ''

@description('Use role definitions of Larder\'s own where the built-in ones allow more than is called. Making them takes the right to define roles.')
param customRoles bool = true

@description('Larder may untag and delete images, to pull what is stale again. Without it they stay as they are until ACR follows by itself.')
param deleteImages bool = true

@description('Reach storage and vault through private endpoints only.')
param privateNetworking bool = false

@description('Public addresses and CIDR ranges that storage and vault still let in, comma-separated; whoever deploys must be among them.')
param allowedAddresses string = ''

@description('Entra sign-in in front of the API: none, with an app registration made here, or with an existing one.')
@allowed(['off', 'create', 'existing'])
param signIn string = 'off'

@description('Client id of an existing app registration.')
param signInClientId string = ''

@description('Make an Event Grid topic to which Larder publishes what it does with tokens.')
param publishEvents bool = false

@description('Make alerts.')
param alerts bool = true

@description('Address that alerts are mailed to. Empty leaves them to the portal.')
param alertEmail string = ''

@description('Alert when less than this percentage of an upstream\'s pulls is left.')
@minValue(1)
@maxValue(99)
param budgetLowPercent int = 25

@description('Most instances of each function that scales by itself.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

@description('Memory of an instance, MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

// Names as azd's own templates have them.
var suffix = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var groupName = 'rg-${environmentName}'
var groupId = '${subscription().id}/resourceGroups/${groupName}'

// Ids are put together here and not read from outputs, because the scope of a module must be known
// before anything is deployed.
var newRegistry = empty(registryIds)
var registryName = 'cr${suffix}'
var newRegistryId = '${groupId}/providers/Microsoft.ContainerRegistry/registries/${registryName}'
var givenIds = union([], filter(map(split(registryIds, ','), id => trim(id)), id => !empty(id)))
var servedIds = newRegistry ? [newRegistryId] : givenIds
var newVault = empty(existingVaultId)
var vaultId = newVault ? '${groupId}/providers/Microsoft.KeyVault/vaults/kv-${suffix}' : existingVaultId
// Custom roles must be known where they are assigned.
var subscriptionIds = union([], map(concat([groupId, vaultId], servedIds), id => toLower(split(id, '/')[2])))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: groupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${suffix}', location: location, tags: tags }
}

module roles 'access/role-definitions.bicep' = {
  params: { resourceGroupName: group.name, subscriptionIds: subscriptionIds, customRoles: customRoles }
}

module registries 'modules/registries.bicep' = {
  params: {
    registryIds: servedIds
    newRegistry: newRegistry
    groupName: group.name
    name: registryName
    location: location
    tags: tags
    sku: newRegistrySku
    repositoryRoles: newRegistryRepositoryRoles
    identityPrincipalId: identity.outputs.principalId
    customRoleIds: roles.outputs.ids
    deleteImages: deleteImages
  }
  // RBAC does not know a new role everywhere at once, and the workspace takes its time.
  dependsOn: [monitoring]
}

module stores 'modules/stores.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityPrincipalId: identity.outputs.principalId
    customRoleIds: roles.outputs.ids
    vaultId: vaultId
    newVault: newVault
    principalId: principalId
    principalType: principalType
    privateNetworking: privateNetworking
    allowedAddresses: allowedAddresses
    registryId: newRegistry && newRegistrySku == 'Premium' ? newRegistryId : ''
  }
  dependsOn: [registries]
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${suffix}'
    appInsightsName: 'appi-${suffix}'
    location: location
    tags: tags
    environmentName: environmentName
    identityPrincipalId: identity.outputs.principalId
    makeAlerts: alerts
    alertEmail: alertEmail
    budgetLowPercent: budgetLowPercent
  }
}

module events 'modules/event-source.bicep' = {
  scope: group
  params: {
    vaultId: vaultId
    topicName: 'evgt-${suffix}'
    existingTopicId: existingSystemTopicId
    tags: tags
    stateStorageName: last(split(stores.outputs.stateStorageId, '/'))
    deadLetterContainer: stores.outputs.deadLetterContainer
  }
}

module topic 'modules/topic.bicep' = if (publishEvents) {
  scope: group
  params: { name: 'evgt-own-${suffix}', location: location, tags: tags, identityPrincipalId: identity.outputs.principalId }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: 'func-${suffix}'
    planName: 'plan-${suffix}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: stores.outputs.packageContainerUrl
    hostBlobEndpoint: stores.outputs.hostBlobEndpoint
    stateTableEndpoint: stores.outputs.stateTableEndpoint
    stateQueueEndpoint: stores.outputs.stateQueueEndpoint
    appInsightsName: monitoring.outputs.appInsightsName
    registryIds: join(servedIds, ',')
    eventTopic: publishEvents ? topic!.outputs.endpoint : ''
    deleteImages: deleteImages
    signInFront: signIn != 'off'
    subnetId: stores.outputs.appSubnetId
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
  }
}

module signInFront 'modules/sign-in.bicep' = if (signIn != 'off') {
  scope: group
  params: {
    appName: app.outputs.name
    signIn: signIn == 'existing' ? 'existing' : 'create'
    existingClientId: signInClientId
    environmentName: environmentName
    identityPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
  }
}

@description('Larder\'s resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Where the API is.')
output LARDER_API string = 'https://${app.outputs.hostName}/api/'

@description('Name of the function app.')
output LARDER_APP_NAME string = app.outputs.name

@description('Object id of Larder\'s identity.')
output LARDER_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId

@description('ARM ids of the served registries, comma-separated.')
output LARDER_REGISTRY_IDS string = join(servedIds, ',')

@description('ARM id of the vault.')
output LARDER_VAULT_ID string = vaultId

@description('Address of the vault.')
output LARDER_VAULT_URL string = 'https://${last(split(vaultId, '/'))}${environment().suffixes.keyvaultDns}'

@description('ARM id of the vault\'s system topic.')
output LARDER_SYSTEM_TOPIC_ID string = events.outputs.topicId

@description('ARM id of the storage account with Larder\'s state.')
output LARDER_STATE_STORAGE_ID string = stores.outputs.stateStorageId

@description('Address of the table service with Larder\'s state.')
output LARDER_STATE_TABLES string = stores.outputs.stateTableEndpoint

@description('Client id to sign in for; empty without sign-in.')
output LARDER_SIGN_IN_CLIENT_ID string = signIn != 'off' ? signInFront!.outputs.clientId : ''

@description('Where the workbook is in the portal.')
output LARDER_WORKBOOK string = monitoring.outputs.workbookUrl
