export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What azd gives a hook: the values and outputs of its own environment, over the variables of the shell it was started
 * from. The only place in infra/ that reads them.
 */
export function environment(): Environment {
  return process.env;
}
