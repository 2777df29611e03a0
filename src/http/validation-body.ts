import * as z from "zod";
import { problem, ruleBody } from "./rule-body.ts";

/** What a request would come to, decided without doing it. */
export const validationBody = z
  .discriminatedUnion("valid", [
    z.strictObject({
      valid: z.literal(true),
      status: z
        .enum(["requested", "awaitingApproval", "exists"])
        .describe("What sending the request would make of it."),
      rule: z.strictObject({
        name: z.string(),
        source: z.string(),
        target: z.string(),
        credentialSet: z.string().optional(),
      }),
      notes: z.array(z.string()),
    }),
    z.strictObject({ valid: z.literal(false), problems: z.array(problem) }),
  ])
  .meta({ id: "Validation" });

/** An error's inside: the Azure shape. */
export const errorDetail = problem
  .extend({ details: z.array(problem).optional() })
  .meta({ id: "ErrorDetail" });

export const batchBody = z
  .strictObject({
    value: z.array(
      z.strictObject({
        name: z
          .string()
          .optional()
          .describe("Absent when the request has none and no rule came of it."),
        source: z.string().optional().describe("As the request has it."),
        status: z.int().describe("The HTTP status the request would have had alone."),
        rule: ruleBody.optional(),
        error: errorDetail.optional(),
      }),
    ),
  })
  .meta({ id: "BatchResult" });

export const validationExample = {
  valid: true,
  status: "requested",
  rule: {
    name: "grafana",
    source: "docker.io/grafana/*",
    target: "grafana/*",
    credentialSet: "dockerhub",
  },
  notes: [],
};
