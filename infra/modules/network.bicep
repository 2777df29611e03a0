@description('What names end in.')
param suffix string

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Addresses of the network, a /24 at least; nothing else is reached through it unless you peer it.')
param addressSpace string

@description('Resource id of the host\'s storage account.')
param hostStorageId string

@description('Resource id of the storage account with Larder\'s state.')
param stateStorageId string

@description('Resource id of the vault. One in another place may have to approve its endpoint.')
param vaultId string

@description('Resource id of a Premium registry, or empty for none.')
param registryId string

@description('Differs by cloud.')
var storageSuffix = environment().suffixes.storage

@description('Zone of vaults.')
var vaultZone = 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'

@description('What is reached through an endpoint, one zone for each.')
var endpoints = concat(
  [
    { name: 'host-blob', target: hostStorageId, group: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
    { name: 'state-table', target: stateStorageId, group: 'table', zone: 'privatelink.table.${storageSuffix}' }
    { name: 'state-queue', target: stateStorageId, group: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
    { name: 'vault', target: vaultId, group: 'vault', zone: vaultZone }
  ],
  empty(registryId)
    ? []
    : [
        {
          name: 'registry'
          target: registryId
          group: 'registry'
          zone: 'privatelink${environment().suffixes.acrLoginServer}'
        }
      ]
)

// Docker Hub, the other upstreams, Entra and ARM are on the internet, and new subnets have no way
// there of their own. Upstreams that count pulls by address then count Larder's apart from others'.
resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: 'pip-${suffix}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: 'ng-${suffix}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      {
        // No underscore may be in the name of a subnet that Flex Consumption uses.
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 26, 0)
          defaultOutboundAccess: false
          natGateway: { id: gateway.id }
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 26, 1)
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for endpoint in endpoints: {
    name: endpoint.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (endpoint, index) in endpoints: {
    parent: zones[index]
    name: network.name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      // What has no endpoint here, such as another registry, is still found by its public address.
      resolutionPolicy: 'NxDomainRedirect'
      virtualNetwork: { id: network.id }
    }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: 'pep-${endpoint.name}-${suffix}'
    location: location
    tags: tags
    properties: {
      subnet: { id: '${network.id}/subnets/endpoints' }
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: { privateLinkServiceId: endpoint.target, groupIds: [endpoint.group] }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, index) in endpoints: {
    parent: privateEndpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: endpoint.name, properties: { privateDnsZoneId: zones[index].id } }]
    }
    dependsOn: [links[index]]
  }
]

@description('The subnet that the app joins.')
output appSubnetId string = '${network.id}/subnets/app'
