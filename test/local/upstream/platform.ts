/** A platform as image indexes write it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Platforms of an image nobody asked for in particular. */
export const usualPlatforms: readonly string[] = ["linux/amd64", "linux/arm64", "linux/arm/v7"];

/** "linux/arm/v7" taken apart; throws on anything but os/architecture[/variant]. */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split("/");
  if (!os || !architecture || variant === "" || rest.length > 0)
    throw new Error(`not a platform: "${text}" (want os/architecture[/variant])`);
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}
