import { wishOf } from "../domain/adoption.ts";
import type { Ports } from "../domain/ports.ts";
import { adoptionBody, adoptionExample } from "../http/adoption-body.ts";
import { adoptionRequest, adoptionRequestExample } from "../http/adoption-input.ts";
import { type Endpoint, endpoint } from "../http/endpoint.ts";
import { none, registryOnly } from "../http/names.ts";
import { adoptRegistry } from "../jobs/adopt-registry.ts";

/** The call that takes over what a registry has already. */
export function adoptionEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [adopt(ports)];
}

function adopt(ports: () => Ports): Endpoint {
  return endpoint({
    name: "adoptRegistry",
    method: "POST",
    route: "registries/{registry}/adopt",
    role: "Operator",
    summary: "Take over the rules and the docker.io credential sets that a registry has already.",
    description:
      "Changes nothing in the registry. Where rules are named, credential sets are left alone unless credentialSets says otherwise. dryRun tells first what would become of each. A repeat is harmless; with more in the answer it goes on where time was up.",
    params: registryOnly,
    query: none,
    // Not optional: a POST without a word is not to take a whole registry over.
    body: { schema: adoptionRequest, example: adoptionRequestExample },
    responses: {
      200: {
        description: "What became of each: rules by name, then credential sets by name.",
        schema: adoptionBody,
        example: adoptionExample,
      },
    },
    async handle({ params: { registry }, body: { dryRun, ...request }, caller }) {
      const wish = wishOf(request);
      const { value, more } = await adoptRegistry(ports(), registry, wish, dryRun, caller);
      return { status: 200, body: { dryRun, value, ...(more && { more }) } };
    },
  });
}
