import type * as z from "zod";
import type { Setting } from "./setting.ts";
import { settings } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
type Settings = typeof settings;
type Name = keyof Settings;
type Value<K extends Name> =
  | z.output<Settings[K]["schema"]>
  | (Settings[K] extends { readonly default: string } ? never : undefined);

/** Reads settings one by one and keeps what is wrong with them; whoever uses it must throw in the end if there is anything. */
export interface SettingReader {
  /** The value of a setting, or its default; an empty text counts as absent. A faulty one comes back undefined. */
  readonly read: <K extends Name>(name: K) => Value<K>;
  readonly isGiven: (name: Name) => boolean;
  /** Notes what else is wrong with a setting; `state` goes on from its name: "is missing". */
  readonly complain: (name: Name, state: string) => void;
  /** Each names a setting, what it is for and what it must be; values of secret settings are not shown. */
  readonly faults: readonly string[];
}

export function settingReader(environment: Environment): SettingReader {
  const faults: string[] = [];
  return {
    faults,
    read<K extends Name>(name: K) {
      const setting: Setting = settings[name];
      const given = environment[name]?.trim() || setting.default;
      if (given === undefined) return undefined as Value<K>;
      const parsed = setting.schema.safeParse(given);
      if (parsed.success) return parsed.data as Value<K>;
      faults.push(
        setting.secret
          ? fault(name, "is set, but wrongly")
          : [fault(name, `is "${given}"`), ...told(parsed.error)].join(" "),
      );
      return undefined as Value<K>;
    },
    isGiven: (name) => Boolean(environment[name]?.trim()),
    complain: (name, state) => void faults.push(fault(name, state)),
  };
}

function fault(name: Name, state: string): string {
  const { expected, description }: Setting = settings[name];
  return `${name} ${state}; it must be ${expected}. (${description})`;
}

/** What the schemas of this house say of single entries; zod's own words are for programmers. */
function told({ issues }: z.ZodError): readonly string[] {
  return issues.flatMap(({ code, message }) => (code === "custom" ? message : []));
}
