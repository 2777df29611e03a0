import * as z from "zod";
import type { AccessToken } from "../domain/rotation-ports.ts";
import type { Timestamp } from "../domain/time.ts";

/** "2021-07-20T12:00:00.000000Z"; null, what cannot be read, and Go's zero time (year 1) are none. */
export const HubTime = z.string().nullish().catch(undefined).transform(timestampOf);

function timestampOf(text: string | null | undefined): Timestamp | undefined {
  const valid = z.iso.datetime({ offset: true }).safeParse(text).data;
  const at = valid === undefined ? Number.NaN : Date.parse(valid);
  return at > 0 ? new Date(at).toISOString() : undefined;
}

/** Tokens' uuids, as the recorded answers have them. */
export const Uuid = z.guid();

/** A token as lists show it. The `token` field is "" there, and not read. */
export const ListedToken = z
  .object({
    uuid: Uuid,
    token_label: z.string(),
    is_active: z.boolean(),
    scopes: z.array(z.string()).catch([]),
    created_at: HubTime,
    expires_at: HubTime,
    last_used: HubTime,
  })
  .transform(
    ({ uuid, token_label: label, is_active: active, scopes, ...times }): AccessToken => ({
      uuid,
      label,
      active,
      scopes,
      createdAt: times.created_at,
      expiresAt: times.expires_at,
      lastUsedAt: times.last_used,
    }),
  );
