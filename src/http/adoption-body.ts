import * as z from "zod";
import { adoptionOutcomes } from "../domain/adoption.ts";

/** What a registry's taking over came to. */
export const adoptionBody = z
  .strictObject({
    dryRun: z.boolean(),
    value: z.array(
      z
        .strictObject({
          kind: z.enum(["rule", "credentialSet"]),
          name: z.string(),
          outcome: z
            .enum(adoptionOutcomes)
            .describe(
              "adopted (wouldAdopt in a dry run); already: it was Larder's before; differs: record and ARM disagree; notSettled: ARM or Larder is at work on it, or that failed; refused: this deployment's policy or an approver does not allow it; skipped: the message says why, and what to do.",
            ),
          message: z.string(),
          source: z.string().optional().describe("Of a rule, as ARM has it."),
          target: z.string().optional(),
          credentialSet: z.string().optional().describe("That the rule uses."),
        })
        .meta({ id: "AdoptionItem" }),
    ),
    more: z
      .literal(true)
      .optional()
      .describe("Time was up before everything was come to: send the request again for the rest."),
  })
  .meta({ id: "Adoption" });

export const adoptionExample = {
  dryRun: true,
  value: [
    {
      kind: "rule",
      name: "grafana",
      outcome: "wouldAdopt",
      message: "It stays as it is; Larder puts it on record.",
      source: "docker.io/grafana/*",
      target: "grafana/*",
      credentialSet: "dockerhub",
    },
    {
      kind: "credentialSet",
      name: "ghcr-io",
      outcome: "skipped",
      message:
        "It is for ghcr.io, and Larder renews tokens of Docker Hub only. Rules can use it all the same.",
    },
  ],
};
