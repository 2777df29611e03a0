import { expect, it } from "vitest";
import { deep } from "../deep.ts";
import { playWorlds } from "./rotation-year-play.ts";

/** YEAR=7 YEARS=1 plays one seed again. */
const first = Number(process.env["YEAR"] ?? 1);
const count = Number(process.env["YEARS"] ?? (deep ? 150 : 8));

it("in any year no live secret holds a dead token, nothing is left behind, and no stranger is touched", async () => {
  const played = await playWorlds(first, count);

  console.log(JSON.stringify(played));
  expect(played.violations).toBe(0);
  if (count < 8) return;
  // That these were years in which much went wrong.
  expect(played.rotations.done).toBeGreaterThan(played.sets);
  expect(played.rotations.back).toBeGreaterThan(0);
  expect(played.kills).toBeGreaterThan(played.worlds);
});
