extension microsoftGraphV1

// The app registration, by the Microsoft Graph extension (public cloud only). Whoever deploys needs the
// right to register applications and to assign their roles. It is Entra's, not the resource group's:
// azd down leaves it.

@description('Name of the environment.')
param environmentName string

@description('Host name of the function app.')
param hostName string

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Object id of the first Operator, or empty for none.')
param operatorPrincipalId string

@description('Id of the one scope; never to change.')
var scopeId = guid('Larder', 'user_impersonation')

@description('Client id of the Azure CLI, the same everywhere.')
var azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

@description('The values are those of src/http/caller.ts. Their ids must never change: assignments hold on to them.')
var roles = [
  { value: 'Reader', description: 'Sees rules, tags, credential sets and history.' }
  { value: 'Requester', description: 'Asks for rules and refreshes, changes and deletes rules.' }
  { value: 'Approver', description: 'Approves and rejects rules that policy holds back.' }
  { value: 'Operator', description: 'All of a Requester\'s; looks after credential sets and pins tags.' }
]

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'larder-${environmentName}-${uniqueString(resourceGroup().id)}'
  displayName: 'Larder (${environmentName})'
  signInAudience: 'AzureADMyOrg'
  // No identifierUris: the usual one holds the client id, which is not known before the application is
  // made, and tenants may forbid others. Tokens are asked for by the client id instead.
  appRoles: [
    for role in roles: {
      id: guid('Larder', role.value)
      value: role.value
      displayName: role.value
      description: role.description
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
  ]
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: scopeId
        value: 'user_impersonation'
        type: 'User'
        adminConsentDisplayName: 'Use Larder'
        adminConsentDescription: 'Calls Larder in the name of the signed-in person, with the roles they have.'
        userConsentDisplayName: 'Use Larder'
        userConsentDescription: 'Calls Larder in your name, with the roles you have.'
        isEnabled: true
      }
    ]
    // So that `az account get-access-token` serves for scripts and for the hooks, unasked.
    preAuthorizedApplications: [{ appId: azureCli, delegatedPermissionIds: [scopeId] }]
  }
  web: {
    redirectUris: ['https://${hostName}/.auth/login/aad/callback']
    // App Service asks for an id token along with the code.
    implicitGrantSettings: { enableIdTokenIssuance: true, enableAccessTokenIssuance: false }
  }
}

// In the place of a client secret: the app proves itself by its own identity.
resource trust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {
  name: '${application.uniqueName}/larder'
  description: 'Sign-in of the function app'
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: identityPrincipalId
  audiences: ['api://AzureADTokenExchange']
}

resource servicePrincipal 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
  // Nobody gets a token who has no role.
  appRoleAssignmentRequired: true
}

resource operator 'Microsoft.Graph/appRoleAssignedTo@v1.0' = if (!empty(operatorPrincipalId)) {
  appRoleId: guid('Larder', 'Operator')
  principalId: operatorPrincipalId
  resourceId: servicePrincipal.id
}

@description('Client id of the registration.')
output clientId string = application.appId
