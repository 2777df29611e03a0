import type { Ports } from "../domain/ports.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { adoptionEndpoints } from "./adoption.ts";
import { approvalEndpoints } from "./approvals.ts";
import { credentialSetEndpoints } from "./credential-sets.ts";
import { exportEndpoint } from "./export.ts";
import { forgetRuleEndpoint } from "./forget-rule.ts";
import { operationEndpoints } from "./operations.ts";
import { refreshEndpoints } from "./refreshes.ts";
import { ruleRequestEndpoints } from "./rule-requests.ts";
import { ruleEndpoints } from "./rules.ts";
import { statusEndpoints } from "./status.ts";
import { statusPageEndpoint } from "./status-page.ts";
import { tagEndpoints } from "./tags.ts";

/** The one table of the API. `ports` is asked at each call, so that a broken configuration is an answer, not a crash. */
export function endpoints(ports: () => Ports): readonly Endpoint[] {
  const table: readonly Endpoint[] = [
    ...ruleRequestEndpoints(ports),
    ...ruleEndpoints(ports),
    forgetRuleEndpoint(ports),
    ...approvalEndpoints(ports),
    ...refreshEndpoints(ports),
    ...tagEndpoints(ports),
    ...credentialSetEndpoints(ports),
    ...adoptionEndpoints(ports),
    ...operationEndpoints(ports),
    exportEndpoint(ports),
    ...statusEndpoints(ports, () => table),
    statusPageEndpoint(),
  ];
  return table;
}
