// The function app, who signs in in front of it, and the topic that it tells of tokens.

@description('What names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the azd environment.')
param environmentName string

@description('Resource id of Larder\'s identity.')
param identityId string

@description('Client id of Larder\'s identity.')
param identityClientId string

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Address of the container that takes the app package.')
param packageContainerUrl string

@description('Address of the blob service that the Functions host keeps its own things in.')
param hostBlobEndpoint string

@description('Address of the table service with Larder\'s state.')
param stateTableEndpoint string

@description('Address of the queue service with Larder\'s work.')
param stateQueueEndpoint string

@description('Name of the Application Insights component that telemetry goes to.')
param appInsightsName string

@description('ARM ids of the registries to serve, comma-separated.')
param registryIds string

@description('Larder\'s own settings, by name.')
param settings object

@description('Address of the vault with the account\'s password and seed, where it is another one; else empty.')
param rotatorVaultUrl string

@description('Make an Event Grid topic that is told about tokens.')
param publishEvents bool

@description('Larder may untag images to pull them again.')
param deleteImages bool

@description('Entra sign-in in front of the app: none, with an app registration made here, or with an existing one.')
@allowed(['off', 'create', 'existing'])
param signIn string

@description('Client id of an existing app registration.')
param signInClientId string

@description('Object id of the first Operator of one that is made.')
param operatorPrincipalId string

@description('The subnet that the app joins, or empty for none.')
param subnetId string

@description('Most instances at once, of each function that scales by itself.')
param maximumInstances int

@description('Memory of an instance, MB.')
param instanceMemory int

@description('Holds unless the settings say otherwise.')
var usualSettings = {
  EVENT_TOPIC: publishEvents ? topic!.outputs.endpoint : ''
  // The passwords of Docker accounts are in the vault of the set's own secrets.
  ROTATOR_VAULT: ''
  // Larder gets no right to assign roles; connect.bicep lets the credential set in.
  GRANT_VAULTS: ''
}

@description('What this deployment knows better than any setting.')
var deploymentSettings = {
  REGISTRIES: registryIds
  LarderStorage__tableServiceUri: stateTableEndpoint
  LarderStorage__queueServiceUri: stateQueueEndpoint
  // For the host's queue triggers; Larder's own calls choose the identity by AZURE_CLIENT_ID.
  LarderStorage__credential: 'managedidentity'
  LarderStorage__clientId: identityClientId
  AZURE_CLIENT_ID: identityClientId
  ARM_ENDPOINT: environment().resourceManager
}

@description('connect.bicep lets Larder read there.')
var rotatorSettings = empty(rotatorVaultUrl) ? {} : { ROTATOR_VAULT: rotatorVaultUrl }

// Blobs are all that the host itself needs: keys, leases, timer status. Without a table service it
// only goes without its diagnostic events.
@description('What the Functions host reads.')
var hostSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: hostBlobEndpoint
  // No secret, since the component takes nothing from whoever has only this.
  APPLICATIONINSIGHTS_CONNECTION_STRING: appInsights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // Keeps every request and what belongs to it, where host.json has telemetry go by OpenTelemetry: the
  // exporter's own default keeps a few traces a second (Azure/azure-functions-host#11568).
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  OTEL_TRACES_SAMPLER_ARG: '1.0'
}

// With the first the platform signs in by that identity and needs no client secret; with the second calls
// need no function key besides.
@description('Named by sign-in.bicep, and SIGN_IN_ALONE.')
var signInSettings = signIn != 'off'
  ? { OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId, SIGN_IN_ALONE: 'on' }
  : {}

@description('Without the right to delete, an attempt could only fail.')
var purgeSettings = deleteImages ? {} : { REFRESH_PURGE: 'off' }

// No FUNCTIONS_WORKER_RUNTIME or FUNCTIONS_EXTENSION_VERSION: on Flex Consumption functionAppConfig
// takes their place (Microsoft Learn, "App settings reference for Azure Functions").
@description('All, the later ones winning.')
var appSettings = union(
  usualSettings,
  settings,
  deploymentSettings,
  rotatorSettings,
  hostSettings,
  signInSettings,
  purgeSettings
)

module topic 'topic.bicep' = if (publishEvents) {
  params: { name: 'evgt-own-${suffix}', location: location, tags: tags, identityPrincipalId: identityPrincipalId }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: appInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'func-${suffix}'
  location: location
  // By this tag azd finds where to deploy the service of azure.yaml.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // No siteUpdateStrategy: the default, Recreate, kills running work, which Larder takes up again.
    // RollingUpdate is a preview, and would let the old code run beside rows of the new one.
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
      }
    }
    // No ftpsState, which Flex Consumption refuses along with others that do not apply to it
    // (Azure/terraform-azurerm-avm-res-web-site#360).
    siteConfig: {
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      // map() and not `for`, whose list must be known before the component is there.
      appSettings: map(items(appSettings), setting => { name: setting.key, value: setting.value })
    }
  }

  // Deployments come with an Entra token; nobody needs a publishing password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
    // A site takes one change at a time.
    dependsOn: [ftp]
  }
}

module signInFront 'sign-in.bicep' = if (signIn != 'off') {
  params: {
    appName: app.name
    signIn: signIn == 'existing' ? 'existing' : 'create'
    existingClientId: signInClientId
    environmentName: environmentName
    identityPrincipalId: identityPrincipalId
    deployerPrincipalId: operatorPrincipalId
  }
  // One change at a time, as above.
  dependsOn: [app::scm]
}

@description('Name of the app.')
output name string = app.name

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName

@description('Client id to sign in for; empty without sign-in.')
output signInClientId string = signIn != 'off' ? signInFront!.outputs.clientId : ''
