import { calmDown, quietSeconds, unsettled } from "./rotation-year-end.ts";
import { peopleOf } from "./rotation-year-people.ts";
import { platform } from "./rotation-year-platform.ts";
import { watchYear } from "./rotation-year-watch.ts";
import { day, newYear } from "./rotation-year-world.ts";

/** One in so many worlds is a whole year; the others are its worst month. */
const monthsAYear = 6;

/** What so many worlds came to. */
export interface Played {
  readonly worlds: number;
  readonly years: number;
  readonly days: number;
  readonly sets: number;
  readonly moments: number;
  readonly violations: number;
  readonly rotations: { readonly [name in "begun" | "done" | "failed" | "back"]: number };
  readonly people: number;
  readonly calls: number;
  readonly faults: number;
  readonly kills: number;
}

/** Plays the worlds of seeds from `first` on, and prints the story of each that something was wrong in. */
export async function playWorlds(first: number, count: number): Promise<Played> {
  const rotations = { begun: 0, done: 0, failed: 0, back: 0 };
  const more = { people: 0, calls: 0, faults: 0, kills: 0 };
  const sum = { worlds: 0, years: 0, days: 0, sets: 0, moments: 0, violations: 0 };
  // In a year thousands of calls fail, and nobody reads where.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const { year, watch, days, violations } = await play(seed);
    sum.worlds += 1;
    sum.years += days > 300 ? 1 : 0;
    sum.days += days;
    sum.sets += year.sets.length;
    sum.moments += watch.counts.moments;
    sum.violations += violations;
    for (const name of ["begun", "done", "failed", "back"] as const)
      rotations[name] += watch.counts[name];
    for (const name of ["people", "calls", "faults", "kills"] as const)
      more[name] += year.counts[name];
  }
  Error.stackTraceLimit = limit;
  return { ...sum, rotations, ...more };
}

async function play(seed: number) {
  const year = newYear(seed);
  const watch = watchYear(year);
  const host = platform(year, watch);
  year.onWrite = () => host.publish();
  const seconds = seed % monthsAYear === 0 ? 365 * day : 30 * day;
  peopleOf(year, host, watch, seconds);
  const end = year.ports.clock.milliseconds() + seconds * 1000;
  await year.agenda.run(end);
  calmDown(year);
  await year.agenda.run(end + quietSeconds * 1000);
  watch.look();
  const wrong = [...watch.violations, ...unsettled(year, watch.live)];
  const story = watch.story.length > 0 ? watch.story : year.acts.slice(-60);
  if (wrong.length > 0) console.log([`YEAR=${seed}`, ...story, ...wrong.slice(0, 8)].join("\n"));
  return { year, watch, days: seconds / day, violations: wrong.length };
}
