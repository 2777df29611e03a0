import { z } from "zod";
import { badRequest } from "./refusals.ts";

/** As the CloudEvents 1.0 specification has it; extension attributes have names of lower-case letters and digits. */
const CloudEvent = z
  .looseObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().min(1).optional(),
    dataschema: z.string().min(1).optional(),
    data: z.unknown(),
  })
  .refine((event) => Object.keys(event).every((name) => /^([a-z0-9]+|data_base64)$/.test(name)));
export type CloudEvent = z.infer<typeof CloudEvent>;

/** The events of a batch. Refuses all of it when one of them is none. */
export function readEvents(body: Buffer): readonly CloudEvent[] {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return badRequest("The body is no JSON.");
  }
  const parsed = z.array(CloudEvent).safeParse(json);
  return parsed.success
    ? parsed.data
    : badRequest(`This is no batch of CloudEvents 1.0: ${z.prettifyError(parsed.error)}`);
}
