import { expect, it } from "vitest";
import { deep } from "../deep.ts";
import { playWorlds } from "./rotation-year-play.ts";

/* As rotation-years.test.ts, beside it: another process plays these. */

it("in any further year the same holds", async () => {
  const played = await playWorlds(151, deep ? 150 : 1);

  console.log(JSON.stringify(played));
  expect(played.violations).toBe(0);
});
