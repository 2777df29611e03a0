import * as z from "zod";
import { LarderError } from "../domain/errors.ts";
import type { ArmExchange } from "./arm-exchange.ts";
import { ask, type Patience } from "./ask.ts";

/** How a vault decides who may read it; `unknown` where Larder may not look. */
export type Model = "roles" | "accessPolicies" | "absent" | "unknown";

/** Access policies where nothing is said: "if null or not specified, … false" (Microsoft.KeyVault 2023-07-01). */
const Vault = z.object({
  properties: z.object({ enableRbacAuthorization: z.boolean().nullish() }),
});

export function readModel(
  arm: ArmExchange,
  vaultId: string,
  patience: Patience = {},
): Promise<Model> {
  const exchange = async (abortSignal: AbortSignal) => {
    const request = { method: "GET", path: vaultId, apiVersion: "2023-07-01" } as const;
    const { status, body, refusal } = await arm({ ...request, abortSignal });
    if (status === 403) return "unknown";
    if (status === 404) return "absent";
    if (refusal) throw refusal;
    const read = Vault.safeParse(body);
    if (!read.success)
      throw new LarderError("unavailable", {
        code: "UnreadableAnswer",
        message: `ARM answered ${status} for ${vaultId} with something that is no vault.`,
      });
    return read.data.properties.enableRbacAuthorization ? "roles" : "accessPolicies";
  };
  return ask(`read ${vaultId}`, exchange, patience);
}
