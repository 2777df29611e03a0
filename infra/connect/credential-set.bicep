// The credential set of one registry. Deployed to the registry's resource group.

@description('Name of the registry.')
param registryName string

@description('Name of the credential set.')
param credentialSetName string

@description('URL of the secret with the user name.')
param userSecretUri string

@description('URL of the secret with the token, without a version: ACR then follows to the newest.')
param tokenSecretUri string

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

// Put again as it is, a set keeps its identity, and ACR reads the secrets anew.
resource credentialSet 'Microsoft.ContainerRegistry/registries/credentialSets@2025-11-01' = {
  parent: registry
  name: credentialSetName
  // Its own, which alone reads the secrets; neither the registry's nor Larder's identity does for ACR.
  identity: { type: 'SystemAssigned' }
  properties: {
    loginServer: 'docker.io'
    // ARM knows one credential a set, of that name.
    authCredentials: [
      {
        name: 'Credential1'
        usernameSecretIdentifier: userSecretUri
        passwordSecretIdentifier: tokenSecretUri
      }
    ]
  }
}

@description('Object id of the set\'s identity.')
output principalId string = credentialSet.identity.principalId
