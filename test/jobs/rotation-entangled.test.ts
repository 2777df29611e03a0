import { describe } from "vitest";
import { besideFlows } from "./rotation-beside-flows.ts";
import { entangledFlows } from "./rotation-entangled-flows.ts";
import { expectAllStates, explore } from "./rotation-exploration.ts";

/* As the crash points of a rotation that is let alone; in a file of its own, so that both are explored at once. */

explore({ ...entangledFlows, ...besideFlows });

describe("all of these", () => {
  expectAllStates();
});
