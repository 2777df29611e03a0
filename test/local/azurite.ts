import { fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";

export interface Azurite {
  /** With the well-known account and key; good for blobs, queues and tables. */
  readonly connectionString: string;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);

/** Azurite's documented account, no secret. */
const account = "devstoreaccount1";
const key =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Preloaded into the child: it ends as soon as this process is gone, however that came about. */
const dieWithParent = "data:text/javascript,process.on('disconnect',()=>process.exit())";

const services = ["blob", "queue", "table"] as const;

/** Starts Azurite in memory on free ports and answers when all three services listen. Rejects with its output when it ends first. */
export async function startAzurite(): Promise<Azurite> {
  const program = require.resolve("azurite/dist/src/azurite.js");
  const options = services.flatMap((name) => [`--${name}Host`, "127.0.0.1", `--${name}Port`, "0"]);
  const child = fork(
    program,
    [
      "--silent",
      "--inMemoryPersistence",
      "--skipApiVersionCheck",
      "--disableTelemetry",
      ...options,
    ],
    {
      cwd: tmpdir(),
      execArgv: ["--import", dieWithParent],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
  );
  let output = "";
  const urls = await new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const lines = output.matchAll(/Azurite (\w+) service is successfully listening at (\S+)/g);
      const found = new Map([...lines].map(([, name = "", url = ""]) => [name.toLowerCase(), url]));
      if (found.size === services.length) resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`Azurite did not start:\n${output}`)));
  });
  const endpoints = services.map(
    (name) => `${name[0]?.toUpperCase()}${name.slice(1)}Endpoint=${urls.get(name)}/${account};`,
  );
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints.join("")}`,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
