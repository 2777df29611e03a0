/*
 * NCRONTAB as the timer trigger reads it (atifaziz/NCrontab, CrontabFieldImpl.cs and CrontabSchedule.cs).
 * Where it differs from cron: six fields with seconds (five are accepted, seconds 0); day of week is 0-6
 * only; day of month AND day of week must both match; a lone "5/15" runs from 5 to the field's end;
 * a backward range is turned round; a name may be shortened to any prefix ("M" is March).
 */

interface Field {
  readonly kind: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { kind: "Second", min: 0, max: 59 },
  { kind: "Minute", min: 0, max: 59 },
  { kind: "Hour", min: 0, max: 23 },
  { kind: "Day", min: 1, max: 31 },
  {
    kind: "Month",
    min: 1,
    max: 12,
    names:
      "january february march april may june july august september october november december".split(
        " ",
      ),
  },
  {
    kind: "DayOfWeek",
    min: 0,
    max: 6,
    names: "sunday monday tuesday wednesday thursday friday saturday".split(" "),
  },
];

export interface Crontab {
  /** The first occurrence strictly after an instant (epoch milliseconds, whole seconds of UTC); undefined: none in 50 years. */
  next(afterMs: number): number | undefined;
}

function value(text: string, field: Field): number {
  const named = field.names?.findIndex((name) => name.startsWith(text.toLowerCase())) ?? -1;
  const found = /^\d+$/.test(text) ? Number(text) : text && named >= 0 ? named + field.min : NaN;
  if (!(found >= field.min && found <= field.max))
    throw new Error(`'${text}' is not a valid [${field.kind}] crontab field value.`);
  return found;
}

function values(text: string, field: Field): number[] {
  if (text.includes(",")) return text.split(",").flatMap((part) => values(part, field));
  const [range = "", step, ...rest] = text.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[+-]?\d+$/.test(step)))
    throw new Error(`'${text}' is not a valid [${field.kind}] crontab field expression.`);
  const dash = range.indexOf("-");
  const ends = () => {
    if (range === "*") return [field.min, field.max];
    if (dash > 0) return [value(range.slice(0, dash), field), value(range.slice(dash + 1), field)];
    const only = value(range, field);
    return [only, step === undefined ? only : field.max];
  };
  const [one = 0, other = 0] = ends();
  const every = Math.max(1, Number(step ?? 1));
  const found: number[] = [];
  for (let at = Math.min(one, other); at <= Math.max(one, other); at += every) found.push(at);
  return found;
}

const dayMs = 86_400_000;
const horizonDays = 50 * 366;

/** Parses five or six fields. Throws an Error that names the wrong field. */
export function parseCrontab(expression: string): Crontab {
  const texts = expression.split(" ").filter((text) => text !== "");
  if (texts.length !== 5 && texts.length !== 6)
    throw new Error(`'${expression}' is an invalid crontab expression: five or six fields.`);
  if (texts.length === 5) texts.unshift("0");
  const sets = fields.map((field, at) => new Set(values(texts[at] ?? "", field)));
  const has = (at: number, number: number) => sets[at]?.has(number) ?? false;
  const sorted = (at: number) => [...(sets[at] ?? [])].sort((a, b) => a - b);
  const times: number[] = [];
  for (const hour of sorted(2))
    for (const minute of sorted(1))
      for (const second of sorted(0)) times.push((hour * 3600 + minute * 60 + second) * 1000);
  return {
    next(afterMs) {
      const today = Math.floor(afterMs / dayMs) * dayMs;
      for (let day = today; day < today + horizonDays * dayMs; day += dayMs) {
        const date = new Date(day);
        const due =
          has(3, date.getUTCDate()) && has(4, date.getUTCMonth() + 1) && has(5, date.getUTCDay());
        const time = due ? times.find((ms) => day + ms > afterMs) : undefined;
        if (time !== undefined) return day + time;
      }
      return undefined;
    },
  };
}
