import { parseArgs } from "node:util";

export interface StartOptions {
  /** Run the app with Core Tools instead of the project's own host. */
  readonly func: boolean;
  /** Wanted port of the app; another one is taken when it is not free. */
  readonly port: number;
  /** Names of the registries to start with. */
  readonly registries: readonly string[];
  /** Folder for local.json and ca.pem; undefined: .larder in the project. */
  readonly files: string | undefined;
}

export const usage = `npm start -- [--func] [--port 7071] [--files .larder] [--registries larderdev]
  --func   run the app with Azure Functions Core Tools instead of the project's own host
  --port   where the app listens (also PORT in the environment); a free port when that one is taken
  --files  folder for local.json (addresses and keys) and ca.pem (the authority to trust)
  --registries  names of the registries to start and to serve, comma-separated
Larder's own settings (POLICY_…, UPSTREAM_CHECK, …) are taken from the environment.`;

const usualPort = "7071";

/** The options in command line and environment; undefined when only help is asked for. Throws Error naming what is wrong. */
export function startOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StartOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      func: { type: "boolean", default: false },
      port: { type: "string" },
      files: { type: "string" },
      registries: { type: "string", default: "larderdev" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const port = values.port ?? (env["PORT"] || usualPort);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw new Error(`The port must be a number from 0 to 65535, not "${port}".`);
  const registries = values.registries.split(",").map((name) => name.trim());
  const wrong = registries.find((name) => !/^[a-zA-Z0-9]{5,50}$/.test(name));
  if (wrong !== undefined)
    throw new Error(`A registry's name has 5 to 50 letters and digits, unlike "${wrong}".`);
  return { func: values.func, port: Number(port), registries, files: values.files };
}
