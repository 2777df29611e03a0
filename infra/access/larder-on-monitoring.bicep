@description('Name of the Application Insights component.')
param componentName string

@description('Object id of Larder\'s identity.')
param principalId string

@description('Sends telemetry.')
var roleId = loadJsonContent('built-in-roles.json')['Monitoring Metrics Publisher']

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// The host's and the worker's telemetry: the component takes none without an identity.
resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, principalId, roleId)
  scope: component
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
  }
}
