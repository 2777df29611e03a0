import { describe, expect, it } from "vitest";
import { checks } from "./bicep-checks.ts";
import { files, readProject } from "./bicep-project.ts";

const project = readProject();

describe("infra/", () => {
  it("has both deployments", () => {
    expect(files(project).map(({ path }) => path)).toEqual(
      expect.arrayContaining(["infra/main.bicep", "infra/connect.bicep"]),
    );
  });

  it.each(Object.entries(checks))("%s", (_, check) => {
    expect(check(project)).toEqual([]);
  });
});
