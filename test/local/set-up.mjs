// Makes node_modules belong to package-lock.json, and says nothing when it already does.
// Plain JavaScript, because it runs before anything is installed, on whatever Node (20 or later) is there.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? join(import.meta.dirname, "../..");
const modules = join(root, "node_modules");
const stampFile = join(modules, ".larder-stamp");
const lockFile = join(root, ".larder", "set-up.lock");
const machine = `${process.platform} ${process.arch}`;
const pollMs = 200;

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** What node_modules must have been made for: this lock file, on this kind of machine. */
function wanted() {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  return `${hash.digest("hex")} ${machine}`;
}

/** Whether somebody ran `npm ci` by hand: npm's own record then agrees with package-lock.json. */
function installedByHand() {
  const record = read(join(modules, ".package-lock.json"));
  const otherMachine = read(stampFile)?.endsWith(machine) === false;
  if (record === undefined || otherMachine) return false;
  const has = JSON.parse(record).packages ?? {};
  const asked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages ?? {};
  const same = (path) =>
    has[path]?.version === asked[path]?.version && has[path]?.integrity === asked[path]?.integrity;
  return (
    Object.keys(has).every((path) => asked[path] !== undefined) &&
    Object.keys(asked).every(
      (path) => path === "" || same(path) || (asked[path].optional && has[path] === undefined),
    )
  );
}

function done() {
  if (read(stampFile) === wanted()) return true;
  if (!installedByHand()) return false;
  writeFileSync(stampFile, wanted());
  return true;
}

/** Whether this process has the lock now. A lock whose owner is no longer alive is removed for the next try. */
function lock() {
  mkdirSync(join(root, ".larder"), { recursive: true });
  try {
    writeFileSync(lockFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (ownerIsGone()) rmSync(lockFile, { force: true });
    return false;
  }
}

/** An owner writes its process id right after it makes the file, so a file that stays empty has none. */
function ownerIsGone() {
  const owner = Number(read(lockFile));
  if (owner > 0) return !alive(owner);
  const { mtimeMs } = statSync(lockFile, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  return Date.now() - mtimeMs > 5000;
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `npm ci`; answers its exit code. Its output is shown only as far as npm thinks it matters. */
function install() {
  console.error("Installing what package-lock.json lists (npm ci), once …");
  const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  return new Promise((resolve) => {
    const npm = spawn("npm", options, {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    });
    npm.on("error", (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve(127);
    });
    npm.on("exit", (code) => resolve(code ?? 1));
  });
}

async function main() {
  for (let waited = false; !done(); waited = true) {
    if (!lock()) {
      if (!waited) console.error("Waiting for another set-up to finish …");
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      continue;
    }
    try {
      const code = done() ? 0 : await install();
      if (code !== 0) {
        console.error(
          `npm ci failed with exit code ${code}; nothing was started. Its reason stands above.`,
        );
        return code;
      }
      writeFileSync(stampFile, wanted());
    } finally {
      rmSync(lockFile, { force: true });
    }
  }
  return 0;
}

process.exitCode = await main();
