// One page on how Larder is doing, from its log lines. The page is ../workbook.json; its queries begin as those of the alerts do.

@description('Azure region of the workbook; that of the workspace.')
param location string

@description('Tags of the workbook.')
param tags object

@description('Resource id of the Log Analytics workspace that the page reads.')
param workspaceId string

@description('Name of the azd environment; stands in the page\'s title.')
param environmentName string

// any(): Bicep would make a type of its own of every entry.
@description('The page.')
var page = any(loadJsonContent('../workbook.json'))

@description('What every query begins with.')
var commonLines = any(loadJsonContent('../alerts.json')).lines

@description('In the file a query is a list of lines, which can be read; in the page it is one text.')
var entries = map(page.items, item => {
  type: item.type
  name: item.name
  customWidth: item.width
  content: union(
    item.content,
    contains(item, 'query') ? { query: join(concat(commonLines, item.query), '\n') } : {}
  )
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID; what people see is displayName.
  name: guid(resourceGroup().id, 'larder-workbook', environmentName)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Larder (${environmentName})'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspaceId
    serializedData: string({
      version: page.version
      items: entries
      fallbackResourceIds: [
        workspaceId
      ]
    })
  }
}

@description('Where the page is in the portal.')
output url string = '${environment().portal}/#resource${workbook.id}/workbook'
