import * as z from "zod";
import type { rotationModes } from "../../src/domain/rotation-policy.ts";
import type { Api } from "./api.ts";
import { refused, type Told } from "./stock.ts";

/** The part of a credential set's answer that counts here. */
const View = z.object({
  health: z.object({ status: z.string() }),
  remedy: z.string().optional(),
  access: z.object({ state: z.string(), commands: z.array(z.string()) }),
  rotation: z
    .object({
      mode: z.string(),
      account: z.string(),
      state: z.string(),
      toDo: z.array(z.string()),
    })
    .optional(),
  notes: z.array(z.string()).default([]),
});
export type View = z.output<typeof View>;

export interface Wanted {
  readonly mode: (typeof rotationModes)[number] | "off";
  readonly account: string;
}

/** Whether a set is to be taken over. Its policy is not written again: somebody may have changed the rest of it since. */
export function decideAdoption(view: View, { mode, account }: Wanted): "adopt" | "leave" {
  if (mode === "off") return "leave";
  const { rotation } = view;
  return rotation && rotation.mode === mode && rotation.account === account ? "leave" : "adopt";
}

interface Place {
  readonly registry: string;
  readonly set: string;
}

/** Has Larder renew the set's token, unless it does so already or is not to. */
export async function adopt(api: Api, { registry, set }: Place, wanted: Wanted): Promise<Told> {
  const path = `registries/${registry}/credential-sets/${set}`;
  const heard = await api("GET", path);
  const view = View.safeParse(heard.body).data;
  if (!heard.ok || !view) return refused(`Credential set ${set} could not be read`, heard);
  if (decideAdoption(view, wanted) === "leave")
    return { ok: true, line: leftAs(set, view, wanted) };
  const body = { rotation: { mode: wanted.mode, account: wanted.account } };
  const put = await api("PUT", path, { body });
  if (put.ok)
    return { ok: true, line: `Credential set ${set}: Larder renews its token (${wanted.mode})` };
  // Its rotation is that of another registry's set, which sees to this one, too.
  if (put.code === "SecretRenewedAlready")
    return {
      ok: true,
      line: `Credential set ${set}: its token is renewed with that of another registry`,
    };
  return refused(`Credential set ${set} was not taken over`, put);
}

function leftAs(set: string, { rotation }: View, { mode }: Wanted): string {
  if (rotation) return `Credential set ${set}: ${rotation.state}`;
  return mode === "off"
    ? `Credential set ${set}: Larder does not renew its token (DOCKER_ROTATION is off)`
    : `Credential set ${set}`;
}

/** What is left to a person once everything was asked for. */
export async function leftToDo(api: Api, { registry, set }: Place): Promise<readonly string[]> {
  const heard = await api("GET", `registries/${registry}/credential-sets/${set}`);
  const view = View.safeParse(heard.body).data;
  return view ? toDoOf(view) : [];
}

export function toDoOf({ health, remedy, access, rotation }: View): readonly string[] {
  const grant =
    access.state === "needed" && access.commands.length > 0
      ? [`Let ACR read the credential set's secrets:\n    ${access.commands.join("\n    or ")}`]
      : [];
  const mend = grant.length === 0 && health.status === "Unhealthy" && remedy ? [remedy] : [];
  return [...grant, ...mend, ...(rotation?.toDo ?? [])];
}
