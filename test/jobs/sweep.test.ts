import { describe, expect, it } from "vitest";
import { sweep } from "../../src/jobs/sweep.ts";
import { source, stage } from "./refresh-stage.ts";

describe("the sweep", () => {
  it("sends one message for what is due, and none for what is on its way or not yet due", async () => {
    const { ports, cached, work } = stage();
    cached("latest");

    expect(await sweep(ports)).toContain("1 repositories to be kept fresh, 1 due");
    await work(10);
    expect(await sweep(ports)).toContain("1 repositories to be kept fresh, 0 due");
    ports.clock.advance(21_600);
    expect(await sweep(ports)).toContain(", 1 due");
    expect(await sweep(ports)).toContain(", 0 due");
    // The message is lost: half an hour later it is sent again.
    ports.refreshQueue.take();
    ports.clock.advance(1801);
    expect(await sweep(ports)).toContain(", 1 due");
  });

  it("finds the repositories of a wildcard rule, but not those that another rule serves", async () => {
    const { ports } = stage({ rule: { target: "team/*", source: "docker.io/library/*" } });
    ports.table.seed({
      ...(await ports.rules.read("contoso")).rules[0]!.value,
      name: "static-rule",
      target: "team/own",
      source,
      refresh: undefined,
    });
    for (const name of ["team/nginx", "team/own", "other"]) ports.images.put("contoso", name);

    await sweep(ports);

    const sent = ports.refreshQueue.waiting().map(({ message }) => message);
    expect(sent).toEqual([
      { kind: "refresh-repository", registry: "contoso", repository: "team/nginx" },
    ]);
  });

  it("forgets what no rule keeps fresh any more", async () => {
    const { ports, cached, sweep: pass, work, record } = stage();
    cached("latest");
    await pass(10);
    expect(await record("latest")).toBeDefined();
    const [stored] = (await ports.rules.read("contoso")).rules;
    await ports.rules.commit({
      registry: "contoso",
      put: { rule: { ...stored!.value, refresh: undefined }, etag: stored!.etag },
    });

    await sweep(ports);
    await work(10);

    expect(await record("latest")).toBeUndefined();
    expect(await ports.tags.states("contoso")).toEqual([]);
  });
});
