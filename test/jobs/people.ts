import type { By } from "../../src/domain/caller.ts";

const person = (name: string): By => ({ id: `id-of-${name}`, name, verified: true });

/** Callers that signed in. */
export const anna = person("anna");
export const ben = person("ben");
export const carl = person("carl");
