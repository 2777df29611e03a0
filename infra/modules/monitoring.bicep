@description('What names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Name of the azd environment.')
param environmentName string

@description('Object id of Larder\'s identity.')
param identityPrincipalId string

@description('Make alerts.')
param makeAlerts bool

@description('Address that alerts are mailed to, or empty for none.')
param alertEmail string

@description('ARM id of an action group that alerts go to, too, or empty for none.')
param actionGroupId string

@description('Larder\'s own settings, by name.')
param settings object

@description('Alert when less than this percentage of an upstream\'s pulls is left.')
param budgetLowPercent int

@description('Days that the workspace keeps logs. 30 are in the price of ingestion.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    // The connection string alone then opens nothing: telemetry is taken from known identities only.
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: workspace.id
  }
}

module larderOnMonitoring '../access/larder-on-monitoring.bicep' = {
  params: { componentName: appInsights.name, principalId: identityPrincipalId }
}

module alerts 'alerts.bicep' = if (makeAlerts) {
  params: {
    location: location
    tags: tags
    workspaceId: workspace.id
    environmentName: environmentName
    actionEmail: alertEmail
    actionGroupId: actionGroupId
    settings: settings
    budgetLowPercent: budgetLowPercent
  }
}

module workbook 'workbook.bicep' = {
  params: {
    location: location
    tags: tags
    workspaceId: workspace.id
    environmentName: environmentName
  }
}

@description('Name of the component.')
output appInsightsName string = appInsights.name

@description('Where the workbook is in the portal.')
output workbookUrl string = workbook.outputs.url
