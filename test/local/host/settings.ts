/*
 * App settings as the host reads them: the same names the app sees in its environment.
 */
export type Settings = Readonly<Record<string, string>>;

/** Puts settings in place of `%NAME%`. Throws, as the host does, when one of them is not set. */
export function resolveSettings(text: string, settings: Settings): string {
  return text.replace(/%([^%]+)%/g, (token, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'${token}' does not resolve to a value.`);
    return value;
  });
}

/** Whether `AzureWebJobs.<name>.Disabled` switches the function off. */
export function isDisabled(name: string, settings: Settings): boolean {
  const value = settings[`AzureWebJobs.${name}.Disabled`]?.toLowerCase();
  return value === "true" || value === "1";
}

/** The storage connection string a trigger names. Throws when the setting is absent. */
export function connectionString(connection: unknown, settings: Settings): string {
  const name = typeof connection === "string" && connection !== "" ? connection : "Storage";
  const found =
    settings[name] ?? settings[`AzureWebJobs${name}`] ?? settings[`ConnectionStrings:${name}`];
  if (found === undefined)
    throw new Error(`Storage account connection string '${name}' does not exist.`);
  return found;
}
