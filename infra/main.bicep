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

@description('ARM id of another vault, for the account\'s password and seed alone; it must use Azure RBAC. Empty keeps them with the other secrets.')
param rotatorVaultId string = ''

@description('Larder\'s own settings where they are to differ from settings.json: "NAME=value;NAME=value".')
param larderSettings string = ''

@description('Use role definitions of Larder\'s own where the built-in ones allow more than is called. Making them takes the right to define roles.')
param customRoles bool = true

@description('Larder may untag and delete images, to pull what is stale again. Without it they stay as they are until ACR follows by itself.')
param deleteImages bool = true

@description('Reach storage and vault through private endpoints only.')
param privateNetworking bool = false

@description('Public addresses and CIDR ranges that storage and vault still let in, comma-separated; whoever deploys must be among them.')
param allowedAddresses string = ''

@description('Addresses of the network that is made for private endpoints, a /24 at least.')
param networkAddressSpace string = '10.42.0.0/24'

@description('How often, and where, the account with Larder\'s state is kept.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param stateRedundancy string = 'Standard_LRS'

@description('Days that the workspace keeps logs. Azure keeps those of Application Insights for 90 at least.')
param logRetentionDays int = 30

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

@description('ARM id of an action group that alerts go to, too.')
param existingActionGroupId string = ''

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

@description('What names end in, as those of azd\'s own templates do.')
var suffix = toLower(uniqueString(subscription().id, environmentName, location))

@description('By this azd finds what belongs to the environment.')
var tags = { 'azd-env-name': environmentName }

@description('Name and value of each setting that is to differ; the value is in parts where it holds "=".')
var given = filter(map(split(larderSettings, ';'), one => split(one, '=')), one => !empty(trim(join(skip(one, 1), '='))))

@description('Larder\'s own settings.')
var settings = union(
  loadJsonContent('settings.json'),
  toObject(given, one => trim(one[0]), one => trim(join(skip(one, 1), '=')))
)

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${suffix}', location: location, tags: tags }
}

module roles 'access/role-definitions.bicep' = {
  params: { groupId: group.id, vaultId: existingVaultId, registryIds: registryIds, customRoles: customRoles }
}

module registries 'modules/registries.bicep' = {
  params: {
    registryIds: registryIds
    groupName: group.name
    suffix: suffix
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
    existingVaultId: existingVaultId
    rotatorVaultId: rotatorVaultId
    existingSystemTopicId: existingSystemTopicId
    principalId: principalId
    principalType: principalType
    redundancy: stateRedundancy
    privateNetworking: privateNetworking
    allowedAddresses: allowedAddresses
    addressSpace: networkAddressSpace
    registryId: registries.outputs.premiumId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    environmentName: environmentName
    identityPrincipalId: identity.outputs.principalId
    retentionDays: logRetentionDays
    makeAlerts: alerts
    alertEmail: alertEmail
    actionGroupId: existingActionGroupId
    settings: settings
    budgetLowPercent: budgetLowPercent
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    environmentName: environmentName
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    identityPrincipalId: identity.outputs.principalId
    packageContainerUrl: stores.outputs.packageContainerUrl
    hostBlobEndpoint: stores.outputs.hostBlobEndpoint
    stateTableEndpoint: stores.outputs.stateTableEndpoint
    stateQueueEndpoint: stores.outputs.stateQueueEndpoint
    appInsightsName: monitoring.outputs.appInsightsName
    registryIds: registries.outputs.ids
    settings: settings
    rotatorVaultUrl: empty(rotatorVaultId) ? '' : stores.outputs.rotatorVaultUrl
    publishEvents: publishEvents
    deleteImages: deleteImages
    signIn: signIn
    signInClientId: signInClientId
    operatorPrincipalId: principalId
    subnetId: stores.outputs.appSubnetId
    maximumInstances: maximumInstances
    instanceMemory: instanceMemory
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
output LARDER_REGISTRY_IDS string = registries.outputs.ids

@description('ARM id of the vault.')
output LARDER_VAULT_ID string = stores.outputs.vaultId

@description('Address of the vault.')
output LARDER_VAULT_URL string = stores.outputs.vaultUrl

@description('Address of the vault with the account\'s password and seed.')
output LARDER_ROTATOR_VAULT_URL string = stores.outputs.rotatorVaultUrl

@description('ARM id of the vault\'s system topic.')
output LARDER_SYSTEM_TOPIC_ID string = stores.outputs.systemTopicId

@description('ARM id of the storage account with Larder\'s state.')
output LARDER_STATE_STORAGE_ID string = stores.outputs.stateStorageId

@description('Address of the table service with Larder\'s state.')
output LARDER_STATE_TABLES string = stores.outputs.stateTableEndpoint

@description('Client id to sign in for; empty without sign-in.')
output LARDER_SIGN_IN_CLIENT_ID string = app.outputs.signInClientId

@description('Where the workbook is in the portal.')
output LARDER_WORKBOOK string = monitoring.outputs.workbookUrl
