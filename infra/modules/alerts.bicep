/*
 * Log search alert rules on what Larder tells of itself (lines "Larder.{Name} {json}") and on its failures.
 * The rules are data, in ../alerts.json: tests analyse the queries and hold their names to the code's, and the README
 * lists what each means.
 *
 * None of them counts on sampled data: the host exports by OpenTelemetry with the sampler at 1.0 (app.bicep), and its
 * log lines come from the worker's console, outside any trace, which the exporter's sampler leaves alone in any case.
 */

@description('Azure region of the rules; that of the workspace.')
param location string

@description('Tags of every resource made here.')
param tags object

@description('Resource id of the Log Analytics workspace that holds Larder\'s telemetry.')
param workspaceId string

@description('Name of the azd environment; part of every name, so that a mail says which Larder it is about.')
param environmentName string

@description('Where alerts are mailed to. Empty: they are seen in the portal only.')
param actionEmail string

@description('Resource id of an action group that alerts go to, too, or empty for none.')
param actionGroupId string

@description('Larder\'s own settings, by name: the intervals are among them.')
param settings object

@description('An upstream budget below this many percent of its limit is an alert.')
param budgetLowPercent int

@description('When this deployment began. No schedule is overdue before it has had its time since then. Not to be given.')
param deployedAt string = utcNow('yyyy-MM-ddTHH:mm:ssZ')

// any(): Bicep would make a type of its own of every entry.
@description('The rules.')
var catalog = any(loadJsonContent('../alerts.json'))

@description('The windows a rule may have, from the shortest that its frequency fits in.')
var windows = [
  { seconds: 900, span: 'PT15M' }
  { seconds: 1800, span: 'PT30M' }
  { seconds: 2700, span: 'PT45M' }
  { seconds: 3600, span: 'PT1H' }
  { seconds: 7200, span: 'PT2H' }
  { seconds: 21600, span: 'PT6H' }
  { seconds: 86400, span: 'P1D' }
  { seconds: 259200, span: 'P2D' }
]

// What is counted is told with each report: three of them, so that one that is lost or late ends no alert.
@description('The window of three reports.')
var reports = filter(windows, one => one.seconds >= 3 * int(settings.REPORT_EVERY_SECONDS))[0].span

@description('What stands in queries as {NAME}.')
var values = union(settings, {
  BUDGET_LOW_PERCENT: string(budgetLowPercent)
  DEPLOYED_AT: deployedAt
})

@description('One for each rule, with its numbers.')
var queries = map(
  catalog.rules,
  rule =>
    reduce(
      items(values),
      join(concat(catalog.lines, rule.query), '\n'),
      (text, value) => replace(string(text), '{${value.key}}', value.value)
    )
)

@description('An alert of its own for each, and its mail names them.')
var dimensions = map(
  catalog.rules,
  rule => map(rule.dimensions, column => { name: column, operator: 'Include', values: [ '*' ] })
)

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(actionEmail)) {
  name: 'ag-larder-${environmentName}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'larder'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: actionEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

@description('Who is told.')
var actionGroups = concat(empty(actionEmail) ? [] : [mail.id], empty(actionGroupId) ? [] : [actionGroupId])

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for (rule, at) in catalog.rules: {
    name: 'alert-${rule.id}-${environmentName}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      enabled: true
      displayName: '${rule.title} (Larder, ${environmentName})'
      description: '${rule.means} ${rule.do}'
      severity: rule.severity
      scopes: [
        workspaceId
      ]
      evaluationFrequency: rule.frequency
      windowSize: replace(rule.window, '{REPORTS}', reports)
      criteria: {
        allOf: [
          {
            query: queries[at]
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: dimensions[at]
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // The tables of a new workspace come with its first rows, which are written after this.
      skipQueryValidation: true
      actions: {
        actionGroups: actionGroups
      }
    }
  }
]
