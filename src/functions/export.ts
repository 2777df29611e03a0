import * as z from "zod";
import type { Ports } from "../domain/ports.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { registryOnly } from "../http/names.ts";
import { exportFormats, exportRegistry } from "../jobs/export-registry.ts";

/** The call that writes a registry's artifact cache down for other tools, so that nobody is locked in. */
export function exportEndpoint(ports: () => Ports): Endpoint {
  return endpoint({
    name: "exportRegistry",
    method: "GET",
    route: "registries/{registry}/export",
    role: "Reader",
    summary: "Write cache rules, credential sets and their role assignments as Bicep or Terraform.",
    description:
      "What ARM has now; what only Larder knows, and where the two differ, stands in comments. No secret is in it.",
    params: registryOnly,
    query: z.strictObject({ format: z.enum(exportFormats) }),
    responses: {
      200: {
        description: "The file, named by Content-Disposition.",
        schema: z.string(),
        contentType: "text/plain",
      },
    },
    async handle({ params: { registry }, query: { format } }) {
      const { name, text } = await exportRegistry(ports(), registry, format);
      const headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": `attachment; filename="${name}"`,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
      };
      return { status: 200, body: text, headers };
    },
  });
}
