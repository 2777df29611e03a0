// The second deployment, into the app's resource group, by azd's postdeploy hook: what needs the code
// and the secrets to be there. ACR reads a set's secrets when it is made, and Event Grid takes a
// function for a destination only once the app has it (Azure/bicep issue 11656). Running it again
// changes nothing.

// Not those whose set of that name reads other secrets: it would be made to read these.
@description('ARM ids of the registries that get the credential set, or have got it here before, comma-separated.')
param registryIdsForNewSets string

@description('ARM id of the vault.')
param vaultId string

@description('ARM id of another vault, with the account\'s password and seed alone; empty: they are with the other secrets.')
param rotatorVaultId string = ''

@description('Name of the credential set.')
@minLength(5)
@maxLength(50)
param credentialSetName string = 'docker-hub'

@description('Docker ID of the account; empty: nothing is connected.')
param dockerAccount string = ''

@description('Larder renews the token.')
param renewTokens bool = true

@description('It does so with the account\'s password, and not with tokens that a person makes.')
param managed bool = true

@description('The account has two-factor login, and the vault its seed.')
param hasTotpSeed bool = false

@description('Name of the secret with the user name.')
param userSecretName string = 'docker-hub-user'

// The next one waits in the secret of that name and "-pending".
@description('Name of the secret with the token that ACR reads.')
param tokenSecretName string = 'docker-hub-token'

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Name of the function app.')
param appName string

@description('ARM id of the vault\'s system topic; empty: no events, and the hourly look at the tokens has to do.')
param systemTopicId string = ''

@description('ARM id of the storage account that takes undeliverable events.')
param stateStorageId string

@description('As in the first deployment.')
param customRoles bool = true

@description('Of the vault with user name and token.')
var vaultName = last(split(vaultId, '/'))

@description('Its address.')
var vaultUrl = 'https://${vaultName}${environment().suffixes.keyvaultDns}'

@description('What the names of password and seed begin with, as src/domain/rotator-secrets.ts spells them.')
var loginSecret = 'docker-hub-${replace(toLower(dockerAccount), '_', '--')}'

@description('The secret with the account\'s password.')
var passwordName = '${loginSecret}-password'

@description('The secret with the seed of its two-factor login.')
var seedName = '${loginSecret}-totp-seed'

@description('Tells deployments apart.')
var deploymentPlace = '${subscription().subscriptionId}/${toLower(resourceGroup().name)}'

@description('The secrets with the live and the pending token.')
var tokenNames = [tokenSecretName, '${tokenSecretName}-pending']

@description('There is an account to connect.')
var connected = !empty(dockerAccount)

@description('Those that get the credential set.')
var registries = connected
  ? filter(map(split(registryIdsForNewSets, ','), id => trim(id)), id => !empty(id))
  : []

// Modules are named here, unlike those of main: az compiles this file with whatever Bicep it has, and
// before 0.34 a module must have a name. azd brings a Bicep of its own for main.
module credentialSets 'connect/credential-set.bicep' = [
  for id in registries: {
    name: 'larder-set-${uniqueString(deploymentPlace, id)}'
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      registryName: last(split(id, '/'))
      credentialSetName: credentialSetName
      userSecretUri: '${vaultUrl}/secrets/${userSecretName}'
      tokenSecretUri: '${vaultUrl}/secrets/${tokenSecretName}'
    }
  }
]

module setsOnSecrets 'access/set-on-secrets.bicep' = [
  for i in range(0, length(registries)): {
    name: 'larder-set-on-secrets-${uniqueString(deploymentPlace, registries[i])}'
    scope: resourceGroup(split(vaultId, '/')[2], split(vaultId, '/')[4])
    params: {
      vaultName: vaultName
      principalId: credentialSets[i].outputs.principalId
      secretNames: [userSecretName, tokenSecretName]
    }
  }
]

@description('What Larder signs in to the account with.')
var login = renewTokens && managed ? concat([passwordName], hasTotpSeed ? [seedName] : []) : []

@description('Where that is.')
var loginVaultId = empty(rotatorVaultId) ? vaultId : rotatorVaultId

module larderOnSecrets 'access/larder-on-secrets.bicep' = if (connected) {
  name: 'larder-on-secrets-${uniqueString(deploymentPlace)}'
  scope: resourceGroup(split(vaultId, '/')[2], split(vaultId, '/')[4])
  params: {
    vaultName: vaultName
    principalId: identityPrincipalId
    readSecrets: concat([userSecretName], renewTokens ? [] : [tokenSecretName])
    writtenSecrets: renewTokens ? tokenNames : []
    // By the formula of access/role-definitions.bicep. Built-in, and wider: deletes and purges, too.
    writerRoleId: customRoles
      ? guid(subscription().subscriptionId, toLower(resourceGroup().name), 'Larder token writer')
      : loadJsonContent('access/built-in-roles.json')['Key Vault Secrets Officer']
  }
}

module larderOnLogin 'access/larder-on-secrets.bicep' = if (connected && !empty(login)) {
  name: 'larder-on-login-${uniqueString(deploymentPlace)}'
  scope: resourceGroup(split(loginVaultId, '/')[2], split(loginVaultId, '/')[4])
  params: {
    vaultName: last(split(loginVaultId, '/'))
    principalId: identityPrincipalId
    readSecrets: login
  }
}

module secretEvents 'connect/event-subscription.bicep' = if (connected && renewTokens && !empty(systemTopicId)) {
  name: 'larder-secret-events-${uniqueString(deploymentPlace)}'
  scope: resourceGroup(
    empty(systemTopicId) ? subscription().subscriptionId : split(systemTopicId, '/')[2],
    empty(systemTopicId) ? resourceGroup().name : split(systemTopicId, '/')[4]
  )
  params: {
    topicName: last(split(systemTopicId, '/'))
    // Two deployments may listen to one vault.
    subscriptionName: take('larder-${uniqueString(deploymentPlace)}-${credentialSetName}', 64)
    functionId: resourceId('Microsoft.Web/sites/functions', appName, 'secretEvents')
    // Whatever note-secret-event acts upon.
    secretNames: concat(tokenNames, [passwordName, seedName])
    deadLetterStorageId: stateStorageId
  }
}
