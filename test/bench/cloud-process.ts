import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CloudAnswers, CloudCommand, CloudOptions, CloudPlaces } from "./cloud-protocol.ts";

/** The running far ends. */
export interface CloudProcess {
  readonly places: CloudPlaces;
  readonly ask: <K extends CloudCommand>(command: K) => Promise<CloudAnswers[K]>;
  readonly close: () => Promise<void>;
}

const program = fileURLToPath(new URL("./cloud.ts", import.meta.url));
const usual: CloudOptions = {
  workload: "official",
  sku: "Premium",
  limited: false,
  minuteSeconds: 60,
};

/** Starts the far ends and answers once they are seeded. Rejects when the process ends first. */
export async function startCloud(options: Partial<CloudOptions> = {}): Promise<CloudProcess> {
  const child = fork(program, [JSON.stringify({ ...usual, ...options })], {
    serialization: "advanced",
    execArgv: ["--max-old-space-size=8192"],
  });
  const gone = once(child, "exit").then(([code]) => {
    throw new Error(`the far ends ended with ${code}`);
  });
  gone.catch(() => undefined);
  const next = async () => ((await Promise.race([once(child, "message"), gone])) as unknown[])[0];
  const places = (await next()) as CloudPlaces;
  let last = 0;
  return {
    places,
    async ask(command) {
      last += 1;
      const id = last;
      child.send({ id, command });
      for (;;) {
        const answer = (await next()) as { id: number; result: never };
        if (answer.id === id) return answer.result;
      }
    },
    async close() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
