// For each subscription with a served registry.
targetScope = 'subscription'

@description('Object id of Larder\'s identity.')
param principalId string

@description('Ids of the custom roles by name; empty where there are none.')
param customRoleIds object

// The end of a rule's deletion (cache-rule-writer): ARM lets it be watched at an address under the
// subscription, where no role on the registry reaches. The narrowest built-in role that includes it is
// Reader of the whole subscription, so without custom roles there is none: Larder then looks at the
// rule instead (src/jobs/take-arm-step.ts).
resource deletionWatcher 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(customRoleIds)) {
  name: guid(subscription().id, principalId, 'Larder deletion watcher')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      customRoleIds['Larder deletion watcher']
    )
  }
}
