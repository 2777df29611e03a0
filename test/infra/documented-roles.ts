/** Built-in roles and their ids, copied by hand from "Azure built-in roles" (Azure RBAC documentation). */
export const documentedRoles: Readonly<Record<string, string>> = {
  AcrDelete: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  "Container Registry Cache Rule Administrator": "df87f177-bb12-4db1-9793-a413691eff94",
  "Container Registry Cache Rule Reader": "c357b964-0002-4b64-a50d-7a28f02edc52",
  "Container Registry Credential Set Administrator": "f094fb07-0703-4400-ad6a-e16dd8000e14",
  "Container Registry Credential Set Reader": "29093635-9924-4f2c-913b-650a12949526",
  "Container Registry Data Importer and Data Reader": "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
  "Container Registry Repository Catalog Lister": "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
  "Container Registry Repository Contributor": "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
  "Container Registry Repository Reader": "b93aa761-3e63-49ed-ac28-beffa264f7ac",
  "EventGrid Data Sender": "d5a91429-5739-47e2-a06b-3470a27159e7",
  "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Storage Queue Data Message Processor": "8a0f0c08-91a1-4084-bc3d-661d67233fed",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
};

/** Roles that could give themselves any right, or change anything; from the same page. */
export const broadRoles: Readonly<Record<string, string>> = {
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  Owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
};
