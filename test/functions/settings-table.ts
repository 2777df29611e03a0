import type { Setting } from "../../src/setting.ts";
import { settings } from "../../src/settings.ts";

/** The README's table of settings, a row each. */
export function settingsTable(): readonly string[] {
  return Object.entries(settings).map(([name, setting]: [string, Setting]) => {
    const preset = setting.default === undefined ? "" : `\`${setting.default}\``;
    const text = `${setting.description} Must be ${setting.expected}.`;
    return `| \`${name}\` | ${preset} | ${text.replaceAll(/[|*]/g, "\\$&")} |`;
  });
}
