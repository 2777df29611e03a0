@description('Name of the identity.')
param name string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

// User-assigned, so that its rights can be granted before the app exists and outlive it.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id, by which the app takes the identity on.')
output id string = identity.id

@description('Object id, to which roles are assigned.')
output principalId string = identity.properties.principalId

@description('Client id, by which code and settings choose the identity.')
output clientId string = identity.properties.clientId
