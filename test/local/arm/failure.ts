import { type Answer, refuse } from "../service.ts";

/** An answer in ARM's error envelope. */
export function failure(
  status: number,
  code: string,
  message: string,
  headers: Answer["headers"] = {},
): Answer {
  return { status, headers, body: { error: { code, message } } };
}

/** Ends the call with an ARM error. */
export function fail(status: number, code: string, message: string): never {
  return refuse(failure(status, code, message));
}

/** 404 in ARM's own words. */
export function notFound(
  type: string,
  name: string,
  resourceGroup: string,
  provider = "Microsoft.ContainerRegistry",
): never {
  return fail(
    404,
    "ResourceNotFound",
    `The Resource '${provider}/${type}/${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}
