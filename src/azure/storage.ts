import type { TokenCredential } from "@azure/identity";
import type { Secret } from "../domain/secret.ts";

/** How to reach the storage account that holds Larder's tables and queue. */
export type Storage =
  | { readonly kind: "connectionString"; readonly connectionString: Secret }
  | {
      readonly kind: "identity";
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      readonly credential: TokenCredential;
    };
