import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type OpenTable, readState } from "./state-copy.ts";

/**
 * Writes Larder's state to a new file and answers how many rows there were. The file appears under its name only
 * when it is whole; until then it is FILE.part, which goes when something fails. Rejects with a sentence, and
 * writes nothing, where there is a file of either name.
 */
export async function saveState(openTable: OpenTable, path: string): Promise<number> {
  if (existsSync(path))
    throw new Error(`${path} is there already, and stays as it is. Name another file.`);
  const part = `${path}.part`;
  const file = await create(part);
  let rows = -1; // The end mark is no row.
  async function* lines(): AsyncGenerator<string> {
    for await (const line of readState(openTable)) {
      rows += 1;
      yield `${line}\n`;
    }
  }
  try {
    await pipeline(lines, file.createWriteStream({ flush: true }));
    await rename(part, path);
    return rows;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function create(part: string): Promise<FileHandle> {
  try {
    return await open(part, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(
      `${part} is there: another backup writes it, or one was killed. If none is running, remove it.`,
    );
  }
}
