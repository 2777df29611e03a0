import { readFileSync } from "node:fs";

/** Pid of the parent and state of a process, from Linux's /proc; undefined when it is gone or cannot be told. */
function look(pid: number): { readonly parent: number; readonly name: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state parent …", and the name may hold blanks and brackets.
    const [, name = "", state = "", parent = ""] = /\((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
    return state === "Z" || state === "X" ? undefined : { parent: Number(parent), name };
  } catch {
    return undefined;
  }
}

/** The npm processes (and their shells) that this process runs under, nearest first. */
function npmAbove(): number[] {
  const above: number[] = [];
  let pid = process.ppid;
  for (let held = look(pid); held; held = look(pid)) {
    const shellOfNpm = held.name === "sh" && nameOf(held.parent).startsWith("npm");
    if (!held.name.startsWith("npm") && !shellOfNpm) break;
    above.push(pid);
    pid = held.parent;
  }
  return above;
}

const nameOf = (pid: number) => look(pid)?.name ?? "";
const everyMs = 200;

/**
 * Calls `onOrphaned` once when an npm that started this process is gone: killed without a chance to
 * pass the signal on, or having passed it to a shell that keeps it to itself. Watches nothing where there is no /proc or no npm.
 */
export function watchForOrphaning(onOrphaned: () => void): void {
  const above = npmAbove();
  if (above.length === 0) return;
  const timer = setInterval(() => {
    if (above.every((pid) => look(pid) !== undefined)) return;
    clearInterval(timer);
    onOrphaned();
  }, everyMs);
  timer.unref();
}
