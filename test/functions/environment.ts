import { readConfig } from "../../src/config.ts";

export const contoso =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/Contoso";
export const connectionString =
  "DefaultEndpointsProtocol=https;AccountName=larder;AccountKey=c2VjcmV0LWtleQ==;EndpointSuffix=core.windows.net";
/** The settings that must be there. */
export const least = { REGISTRIES: contoso, LarderStorage: connectionString };

/** What `readConfig` says of an environment that is not right. */
export function complaint(environment: Readonly<Record<string, string>>): string {
  try {
    readConfig(environment);
  } catch (error) {
    return (error as Error).message;
  }
  return "no complaint";
}
