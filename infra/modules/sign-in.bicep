// Entra sign-in in front of the app ("Easy Auth"): who comes without a token or a session is turned
// away before Larder is asked. Larder reads the rest from x-ms-client-principal (src/http/caller.ts).

@description('Name of the function app.')
param appName string

@description('Makes an app registration, or takes the one of clientId.')
@allowed(['create', 'existing'])
param signIn string

@description('Client id of the app registration that is taken.')
param existingClientId string

@description('Name of the environment.')
param environmentName string

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

// Not of an existing registration, whose roles are its owner's to give.
@description('Object id of the first Operator of a registration that is made, or empty for none.')
param deployerPrincipalId string

@description('There is none yet.')
var create = signIn == 'create'

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

module application 'sign-in-application.bicep' = if (create) {
  params: {
    environmentName: environmentName
    hostName: app.properties.defaultHostName
    identityPrincipalId: identityPrincipalId
    operatorPrincipalId: deployerPrincipalId
  }
}

@description('That of the registration, wherever it comes from.')
var clientIdInUse = create ? application!.outputs.clientId : existingClientId

resource settings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      // 401, because pipelines would take a redirect to a sign-in page for an answer. People open the
      // page by way of /.auth/login/aad?post_login_redirect_uri=/api/ instead.
      unauthenticatedClientAction: 'Return401'
      excludedPaths: [
        // Says only healthy or not, and asks nobody who they are.
        '/api/health'
        // Event Grid brings a key of the host's, not a token.
        '/runtime/webhooks/eventgrid'
      ]
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: clientIdInUse
          // No secret: the app setting of that name holds the client id of Larder's identity, whose
          // tokens the registration trusts instead (Microsoft Learn, "Configure your App Service or
          // Azure Functions app to use Microsoft Entra sign-in").
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        // Tokens of version 2 name the client id; those of version 1, which a registration that was there
        // before may ask for, the usual application id URI.
        validation: { allowedAudiences: [clientIdInUse, 'api://${clientIdInUse}'] }
      }
    }
    // A session needs no store; that keeps tokens for calls in the person's name, of which there are none.
    login: { tokenStore: { enabled: false } }
  }
}

@description('Client id of the app registration; callers ask Entra for a token of the scope "{clientId}/.default".')
output clientId string = clientIdInUse
