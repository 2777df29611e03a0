// Puts together what azd uploads: the bundle and what the Functions host reads beside it, and no more.
// Plain JavaScript without dependencies, as test/local/set-up.mjs is. Runs after `npm run bundle`.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? join(import.meta.dirname, "../..");
const app = join(root, "dist", "app");
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(app, { recursive: true, force: true });
mkdirSync(app, { recursive: true });
copyFileSync(join(root, "host.json"), join(app, "host.json"));
for (const file of ["main.cjs", "main.cjs.map"])
  copyFileSync(join(root, "dist", file), join(app, file));
// No dependencies: the bundle has them, and @azure/functions-core comes from the worker.
const manifest = { name, version, private: true, main: "main.cjs" };
writeFileSync(join(app, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
