import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LarderError } from "../../src/domain/errors.ts";
import {
  digestPattern,
  formatImage,
  isRepositoryPath,
  parseImage,
  tagPattern,
} from "../../src/domain/image.ts";

const hex = "86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa";
const sha = `sha256:${hex}`;
const nonHex = "thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev";

type Row = readonly [
  text: string,
  host: string,
  repository: string,
  tag?: string | undefined,
  digest?: string,
];
const readable: readonly Row[] = [
  ["nginx", "docker.io", "library/nginx"],
  ["nginx:1.27", "docker.io", "library/nginx", "1.27"],
  ["library/nginx", "docker.io", "library/nginx"],
  ["grafana/grafana:latest", "docker.io", "grafana/grafana", "latest"],
  ["docker.io/nginx", "docker.io", "library/nginx"],
  ["docker.io/nginx:x", "docker.io", "library/nginx", "x"],
  ["index.docker.io/nginx", "docker.io", "library/nginx"],
  ["index.docker.io/grafana/loki:3", "docker.io", "grafana/loki", "3"],
  ["docker.io/library/foo/bar", "docker.io", "library/foo/bar"],
  ["registry-1.docker.io/library/nginx", "registry-1.docker.io", "library/nginx"],
  ["ghcr.io/org/app:v1", "ghcr.io", "org/app", "v1"],
  ["gcr.io/distroless", "gcr.io", "distroless"],
  ["localhost/debian", "localhost", "debian"],
  ["localhost:5000/a/b:c", "localhost:5000", "a/b", "c"],
  ["LOCALDOMAIN/debian", "LOCALDOMAIN", "debian"],
  ["Foo/bar", "Foo", "bar"],
  ["test_com/foo", "docker.io", "test_com/foo"],
  ["test-com:8080/foo", "test-com:8080", "foo"],
  ["xn--n3h.com:18080/foo", "xn--n3h.com:18080", "foo"],
  ["192.168.0.1", "docker.io", "library/192.168.0.1"],
  ["192.168.0.1:80", "docker.io", "library/192.168.0.1", "80"],
  ["[fc00::1]:5000/docker/docker", "[fc00::1]:5000", "docker/docker"],
  [`nginx@${sha}`, "docker.io", "library/nginx", undefined, sha],
  [`busybox:latest@${sha}`, "docker.io", "library/busybox", "latest", sha],
  [`a/b@sha512:${hex}${hex}`, "docker.io", "a/b", undefined, `sha512:${hex}${hex}`],
  [`docker.io/${hex}`, "docker.io", `library/${hex}`],
  [hex.slice(1), "docker.io", `library/${hex.slice(1)}`],
  [nonHex, "docker.io", `library/${nonHex}`],
  ["a__b/c---d.e_f", "docker.io", "a__b/c---d.e_f"],
  [`a:_${"x".repeat(127)}`, "docker.io", "library/a", `_${"x".repeat(127)}`],
  [`ghcr.io/${"a".repeat(255)}`, "ghcr.io", "a".repeat(255)],
];

const unreadable: readonly string[] = [
  "",
  " nginx",
  "nginx\n",
  "nginx:",
  "nginx@",
  "/nginx",
  "docker/",
  "https://github.com/docker/docker",
  "docker/Docker",
  "docker.io/docker/Docker",
  "-docker",
  "-docker/docker",
  "docker-/docker",
  "-docker.io/docker/docker",
  "docker///docker",
  "docker.io/docker///docker",
  "____/____",
  "_docker/_docker",
  "dock..er/docker",
  "dock_.er/docker",
  "dock-.er/docker",
  "a___b/c",
  "my_app.v2/web",
  "[fc00::1]",
  "[fc00::1]:5000",
  "fc00::1:5000/debian",
  "[fe80::1%eth0]:5000/debian",
  "[2001:db8:3:4::192.0.2.33]:5000/debian",
  hex,
  "nginx:-tag",
  "nginx:a:b",
  `nginx:${"x".repeat(129)}`,
  "nginx@sha256:abc",
  "nginx@md5:86e0e091d0da6bde2456dbb48306f395",
  `nginx@${sha.toUpperCase()}`,
  `nginx@${sha}:tag`,
  `nginx@${sha}0`,
  `ghcr.io/${"a".repeat(256)}`,
  "a/../b",
  "nginx?x=1",
];

describe("parseImage", () => {
  it.each(readable.map((row) => ({ row })))("reads $row", ({ row }) => {
    const [text, host, repository, tag, digest] = row;
    expect(parseImage(text)).toStrictEqual({
      host,
      repository,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    });
  });

  it.each([...unreadable])("refuses %j", (text) => {
    expect(() => parseImage(text)).toThrow(LarderError);
    expect(() => parseImage(text)).toThrow(/^InvalidImageReference: /);
  });

  it.each<string>(["A".repeat(100_000), `${"A_".repeat(50_000)}/x`, `x:${"-".repeat(100_000)}`])(
    "refuses a very long text without printing all of it",
    (text) => {
      expect(() => parseImage(text)).toThrow(
        expect.objectContaining({ message: expect.stringMatching(/^.{1,400}$/s) }),
      );
    },
  );
});

describe("formatImage", () => {
  it.each([
    ["nginx", "docker.io/library/nginx"],
    ["nginx:1", "docker.io/library/nginx:1"],
    [`ghcr.io/a/b:c@${sha}`, `ghcr.io/a/b:c@${sha}`],
    [`index.docker.io/a@${sha}`, `docker.io/library/a@${sha}`],
  ])("writes %s in full", (text, full) => {
    expect(formatImage(parseImage(text))).toBe(full);
    expect(parseImage(full)).toStrictEqual(parseImage(text));
  });
});

describe("the parts", () => {
  it.each([
    ["library/nginx", true],
    ["a", true],
    ["a".repeat(255), true],
    ["a".repeat(256), false],
    ["", false],
    ["a/", false],
    ["A", false],
    ["a:b", false],
    ["a/*", false],
    ["a%2fb", false],
  ])("isRepositoryPath(%j) is %s", (text, expected) => {
    expect(isRepositoryPath(text)).toBe(expected);
  });

  it.each([
    ["latest", true],
    ["V1.2-a_b", true],
    ["_x", true],
    [".x", false],
    ["", false],
    ["a/b", false],
    ["a\n", false],
  ])("tagPattern on %j is %s", (text, expected) => {
    expect(tagPattern.test(text)).toBe(expected);
  });

  it.each([
    [sha, true],
    [hex, false],
    [`sha512:${hex}`, false],
    [`sha384:${hex}${hex.slice(0, 32)}`, true],
  ])("digestPattern on %j is %s", (text, expected) => {
    expect(digestPattern.test(text)).toBe(expected);
  });
});

const file = new URL("../../../shared/data/image-references.json", import.meta.url);
const absent = !existsSync(file);
describe("the vectors of distribution/reference", () => {
  it.skipIf(absent)(`parse or are refused${absent ? " (skipped: no vector file)" : ""}`, () => {
    const vectors = JSON.parse(readFileSync(file, "utf8")) as Record<string, readonly string[]>;
    const valid = vectors["valid"] ?? [];
    const invalid = vectors["invalid"] ?? [];
    expect([valid.length > 0, invalid.length > 0]).toEqual([true, true]);

    const reads = (text: string) => {
      try {
        return parseImage(text) !== undefined;
      } catch (error) {
        return !(error instanceof LarderError);
      }
    };
    expect(valid.filter((text) => !reads(text))).toEqual([]);
    expect(invalid.filter(reads)).toEqual([]);
  });
});
