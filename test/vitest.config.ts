import { defineConfig } from "vitest/config";
import { deep } from "./deep.ts";

/** One project per folder; those that start processes get more time, never a fixed sleep. */
const slow = { testTimeout: 60_000, hookTimeout: 120_000 };
const projects = {
  domain: {},
  jobs: { testTimeout: deep ? 1_800_000 : 120_000 },
  contract: slow,
  functions: slow,
  "end-to-end": { testTimeout: 120_000, hookTimeout: 120_000 },
  page: slow,
};

export default defineConfig({
  test: {
    coverage: { include: ["src/**"] },
    projects: Object.entries(projects).map(([name, options]) => ({
      test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
    })),
  },
});
