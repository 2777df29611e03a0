import { expect, it } from "vitest";
import { assignmentName } from "../../src/azure/assignment-name.ts";

const scope =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso/secrets/token";
const principal = "00000000-0000-4000-8000-000000000001";
const role = "4633458b-17de-408a-b874-0445c86b69e6";
/** From sha256sum over the three, lower case, a line each. */
const name = "968d32f0-44c6-839c-99e7-30da8f43d06e";

it("is a GUID made of what the assignment says, without case", () => {
  expect(assignmentName(scope, principal, role)).toBe(name);
  expect(assignmentName(scope.toUpperCase(), principal, role.toUpperCase())).toBe(name);
});

it.each([
  [`${scope}s`, principal, role],
  [scope, principal.replace("1", "2"), role],
  [scope, principal, role.replace("4", "5")],
])("is another one for another scope, principal or role", (...said) => {
  expect(assignmentName(...said)).not.toBe(name);
});
