import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readJson } from "./alert-rules.ts";

/*
 * The host alone exports, by OpenTelemetry ("Use OpenTelemetry with Azure Functions"): requests are its
 * spans, and the worker's lines pass through it (category Function.* for context.log, Host.Function.Console for
 * console.log). The bundle holds no OpenTelemetry SDK: it would cost load time, and from a worker that has one
 * the host takes no lines any more (OpenTelemetryConfigurationExtensions.cs, filter on "Function.*").
 */

const host = z
  .looseObject({
    telemetryMode: z.string(),
    logging: z.strictObject({ logLevel: z.record(z.string(), z.string()) }),
  })
  .parse(readJson("host.json"));

describe("telemetry", () => {
  it("goes by OpenTelemetry, where a section applicationInsights would be read by nobody (azure-functions-host issue 10770)", () => {
    expect(host.telemetryMode).toBe("OpenTelemetry");
    expect(Object.keys(host.logging)).toEqual(["logLevel"]);
  });

  // The exporter's own default since 1.6 is five traces a second, and lines of those left out go with them
  // (azure-sdk-for-net pull request 54942, issue 61703). The host reads the two settings since 4.1048 (its pull request 11568).
  it("keeps every request, and every line written in one", () => {
    const app = readFileSync("infra/modules/app.bicep", "utf8");

    expect(app).toMatch(/^ *OTEL_TRACES_SAMPLER: 'microsoft\.fixed_percentage'$/m);
    expect(app).toMatch(/^ *OTEL_TRACES_SAMPLER_ARG: '1\.0'$/m);
  });

  it.each(["Function.sweep.User", "Function.rotationWork", "Host.Function.Console"])(
    "lets the lines of %s through",
    (category) => {
      expect(levelOf(category)).toBe("Information");
    },
  );

  it.each(["Host.Startup", "Microsoft.AspNetCore.Hosting"])(
    "takes from %s only what went wrong",
    (category) => {
      expect(levelOf(category)).toBe("Warning");
    },
  );

  it("leaves the worker without an OpenTelemetry SDK", () => {
    const { dependencies } = z
      .looseObject({ dependencies: z.record(z.string(), z.string()) })
      .parse(readJson("package.json"));

    expect(
      Object.keys(dependencies).filter((name) => /opentelemetry|applicationinsights/.test(name)),
    ).toEqual([]);
  });
});

/** The level of the longest category that this one is or lies below ("Configure monitoring for Azure Functions"). */
function levelOf(category: string): string | undefined {
  const { default: otherwise, ...levels } = host.logging.logLevel;
  const [nearest] = Object.keys(levels)
    .filter((name) => category === name || category.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length);
  return nearest === undefined ? otherwise : levels[nearest];
}
