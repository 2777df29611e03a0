import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { deep } from "./deep.ts";

/** One project per folder; those that start processes get more time, never a fixed sleep. */
const slow = { testTimeout: 60_000, hookTimeout: 120_000 };
/** What keeps nothing in its process may share one with others: loading the SDKs anew for each file takes longer than the tests. */
const shared = { isolate: false };
/** Contract tests of servers of our own; those that sign in with an SDK do not share a process: it keeps tokens. */
const wire = ["test/contract/{local,oci,hub}-*.test.ts"];
const signsIn = ["test/contract/local-identity.test.ts"];
const projects = {
  domain: shared,
  jobs: { ...shared, testTimeout: deep ? 1_800_000 : 120_000 },
  contract: { ...slow, exclude: wire },
  wire: { ...slow, ...shared, include: wire, exclude: signsIn },
  "sign-in": { ...slow, include: signsIn },
  functions: { ...slow, ...shared },
  infra: slow,
  "end-to-end": { testTimeout: 120_000, hookTimeout: 120_000 },
  page: slow,
};

export default defineConfig({
  test: {
    // Without it one core is left idle, and half of the cores on a machine with two.
    maxWorkers: availableParallelism(),
    coverage: { include: ["src/**"] },
    projects: Object.entries(projects).map(([name, options]) => ({
      test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
    })),
  },
});
