import { LarderError } from "../domain/errors.ts";
import { pullCanary } from "./pull-canary.ts";
import type { RotationSite } from "./rotation-site.ts";
import { setsWithSecret } from "./sets-with-secret.ts";

/**
 * Whether ACR is healthy with the live token everywhere, and the canary comes. Rejects when a served registry cannot be
 * read: nothing is revoked on half a view.
 */
export async function acrDoesWell({ ports, desk }: RotationSite): Promise<boolean> {
  const { sets, unread } = await setsWithSecret(ports, desk.record());
  if (unread.length > 0)
    throw new LarderError("unavailable", {
      code: "RegistryUnread",
      message: `Whether registry ${unread.join(", ")} signs in with the same secret cannot be told, so no old token is revoked. It is tried again.`,
    });
  if (sets.some(({ set }) => set.health.status === "Unhealthy")) return false;
  return (await pullCanary(ports, desk.record())) !== false;
}
