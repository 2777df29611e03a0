import { describe, expect, it } from "vitest";
import { parseRoute } from "../local/host/route.ts";

describe("route templates", () => {
  it.each([
    ["api/a/{x}/c", "/api/a/b/c", { x: "b" }],
    ["api/a/{x}/c", "/API/A/B/C", { x: "B" }],
    ["api/{x}", "/api/", undefined],
    ["api/{x}", "/api/a/b", undefined],
    ["api/{x?}", "/api/", {}],
    ["api", "/api/", {}],
    ["api/", "/api", {}],
    ["api/{*rest}", "/api/a//b", { rest: "a//b" }],
    ["api/a/{x}", "/api/a//", undefined],
    ["api/{x}/b", "/api//b", undefined],
    ["api/{x}", "/api/%C3%A4%20%2f%ZZ", { x: "ä %2f%ZZ" }],
    ["api/{x:int}", "/api/2147483647", { x: "2147483647" }],
    ["api/{x:int}", "/api/2147483648", undefined],
    ["api/{x:int}", "/api/1.5", undefined],
    ["api/{x:long}", "/api/2147483648", { x: "2147483648" }],
    ["api/{x:bool}", "/api/True", { x: "True" }],
    [
      "api/{x:guid}",
      "/api/01234567-89ab-cdef-0123-456789abcdef",
      { x: "01234567-89ab-cdef-0123-456789abcdef" },
    ],
    ["api/{x:guid}", "/api/0123", undefined],
    ["api/{x:decimal}", "/api/1.5", { x: "1.5" }],
    ["api/{x:minlength(2)}", "/api/a", undefined],
    ["api/{x:maxlength(2)}", "/api/abc", undefined],
    ["api/{x:length(2)}", "/api/ab", { x: "ab" }],
    ["api/{x:length(2,3)}", "/api/abcd", undefined],
    ["api/{x:range(1,3)}", "/api/3", { x: "3" }],
    ["api/{x:range(1,3)}", "/api/4", undefined],
    ["api/{x:min(5)}", "/api/4", undefined],
    ["api/{x:max(5)}", "/api/6", undefined],
    ["api/{x:alpha:length(2)}", "/api/a1", undefined],
    ["api/{x:alpha:length(2)}", "/api/ab", { x: "ab" }],
  ])("%s against %s", (template, path, expected) => {
    expect(parseRoute(template).match(path)).toEqual(expected);
  });

  it.each([
    "rules/{id}:refresh",
    "a{b}",
    "{a}-{b}",
    "{a=5}",
    "{a:regex(x)}",
    "{a:colour}",
    "{",
    "{}",
  ])("refuses %s rather than guess", (template) => {
    expect(() => parseRoute(template)).toThrow("local host");
  });
});
