import { describe, expect, it } from "vitest";
import { readCaller, requireRole } from "../../src/http/caller.ts";
import { RequestError } from "../../src/http/request-error.ts";

type Claims = readonly (readonly [typ: string, val: string])[];

function principal(claims: Claims, rest: object = {}): string {
  const body = { auth_typ: "aad", claims: claims.map(([typ, val]) => ({ typ, val })), ...rest };
  return Buffer.from(JSON.stringify(body)).toString("base64");
}

const ada = ["preferred_username", "ada@contoso.com"] as const;
const longRole = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

describe("a caller without sign-in", () => {
  it("is the function key, unverified, and may do everything; the header is ignored", () => {
    const header = principal([ada, ["roles", "Reader"]]);

    expect(readCaller(header, false)).toEqual({
      name: "function key",
      roles: new Set(["Reader", "Requester", "Approver", "Operator"]),
      verified: false,
    });
  });
});

describe("a caller with sign-in", () => {
  it.each<[string, Claims, object, string[]]>([
    ["no role", [ada], {}, []],
    ["Reader", [ada, ["roles", "Reader"]], {}, ["Reader"]],
    ["Requester reads too", [ada, ["roles", "Requester"]], {}, ["Reader", "Requester"]],
    ["Approver does not request", [ada, ["roles", "Approver"]], {}, ["Reader", "Approver"]],
    [
      "Operator does not approve",
      [ada, ["roles", "Operator"]],
      {},
      ["Reader", "Requester", "Operator"],
    ],
    ["the long claim", [ada, [longRole, "Reader"]], {}, ["Reader"]],
    [
      "the claim that role_typ names",
      [ada, ["groups", "Reader"]],
      { role_typ: "groups" },
      ["Reader"],
    ],
    ["another claim is no role", [ada, ["groups", "Operator"]], {}, []],
    ["roles are told apart by case", [ada, ["roles", "operator"]], {}, []],
    ["unknown roles are nothing", [ada, ["roles", "Owner"]], {}, []],
  ])("%s", (_name, claims, rest, roles) => {
    const caller = readCaller(principal(claims, rest), true);

    expect(caller).toEqual({ name: "ada@contoso.com", roles: new Set(roles), verified: true });
  });

  it.each<[string, Claims, object, string]>([
    ["an application by its id", [["appid", "11111111-2222"]], {}, "11111111-2222"],
    ["the claim that name_typ names", [["nick", "countess"]], { name_typ: "nick" }, "countess"],
    ["a long name is cut", [["name", "a".repeat(300)]], {}, "a".repeat(200)],
  ])("is called: %s", (_name, claims, rest, name) => {
    expect(readCaller(principal(claims, rest), true).name).toBe(name);
  });

  it.each<[string, string | null]>([
    ["no header", null],
    ["an empty header", ""],
    ["no base64", "%%%"],
    ["no JSON", Buffer.from("{").toString("base64")],
    ["no claims", Buffer.from("{}").toString("base64")],
    ["claims of another kind", Buffer.from('{"claims":[1]}').toString("base64")],
    ["nobody named", principal([["roles", "Operator"]])],
  ])("401: %s", (_name, header) => {
    expect(() => readCaller(header, true)).toThrow(
      expect.objectContaining({
        status: 401,
        problem: expect.objectContaining({ code: "Unauthenticated" }),
      }),
    );
  });

  it("403 without the role that is needed", () => {
    const reader = readCaller(principal([ada, ["roles", "Reader"]]), true);

    expect(() => requireRole(reader, "Reader")).not.toThrow();
    expect(() => requireRole(reader, "Requester")).toThrow(RequestError);
  });
});
