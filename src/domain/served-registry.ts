import { LarderError } from "./errors.ts";

/** The served registry of that name, whatever its case; `missing`, naming those that are served, when there is none. */
export function servedRegistry<R extends { readonly name: string }>(
  served: readonly R[],
  wanted: string,
): R {
  const found = served.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) return found;
  throw new LarderError("missing", {
    code: "RegistryNotFound",
    target: "registry",
    message: `Larder does not serve a registry "${wanted}". It serves: ${served.map(({ name }) => name).join(", ")}.`,
  });
}
