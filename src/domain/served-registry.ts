import { LarderError } from "./errors.ts";

/** The registry's name as the settings spell it; `missing`, naming the known ones, when it is not served. */
export function servedRegistry(names: readonly string[], registry: string): string {
  const found = names.find((name) => name.toLowerCase() === registry.toLowerCase());
  if (found !== undefined) return found;
  throw new LarderError("missing", {
    code: "RegistryNotFound",
    target: "registry",
    message: `Larder does not serve a registry "${registry}". It serves: ${names.join(", ")}.`,
  });
}
