/** Seconds until the next look at what the registry was asked to bring in, by the looks made so far. */
export function lookDelay(looks: number): number {
  return [15, 60, 300, 900][looks] ?? 3600;
}

/** The same while a tag cannot be pulled: a window is open, so look soon, and go on. */
export function restoreDelay(looks: number): number {
  return [5, 15, 30, 60, 120][looks] ?? 300;
}

/** After so many looks without a proof, a tag is reported as unverified. */
export const patientLooks = 3;
