import { describe, expect, it } from "vitest";
import { readCaller, requireRole } from "../../src/http/caller.ts";
import { RequestError } from "../../src/http/request-error.ts";

type Claims = readonly (readonly [typ: string, val: string])[];

function principal(claims: Claims, rest: object = {}): string {
  const body = { auth_typ: "aad", claims: claims.map(([typ, val]) => ({ typ, val })), ...rest };
  return Buffer.from(JSON.stringify(body)).toString("base64");
}

const ada = ["preferred_username", "ada@contoso.com"] as const;
const oid = ["oid", "11111111-2222"] as const;
const longOid = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const longSub = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
const longUpn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
const longEmail = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
const longRole = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

describe("a caller without sign-in", () => {
  it("is the function key, unverified, and may do everything; the header is ignored", () => {
    const header = principal([ada, ["roles", "Reader"]]);

    expect(readCaller(header, false)).toEqual({
      id: "function key",
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
    const caller = readCaller(principal([oid, ...claims], rest), true);

    expect(caller).toEqual({
      id: "11111111-2222",
      name: "ada@contoso.com",
      roles: new Set(roles),
      verified: true,
    });
  });

  it.each<[string, Claims, string]>([
    ["the short object id", [ada, oid], "11111111-2222"],
    ["the long object id", [ada, [longOid, "11111111-2222"]], "11111111-2222"],
    ["the object id before the subject", [["sub", "s"], [longSub, "s"], oid], "11111111-2222"],
    ["the subject for want of an object id", [ada, ["sub", "AbC"]], "AbC"],
    ["the long subject", [ada, [longSub, "AbC"]], "AbC"],
    ["an application's object id, not its client id", [["azp", "c"], oid], "11111111-2222"],
    ["a person's object id, whatever client it comes by", [ada, ["appid", "c"], oid], oid[1]],
    [
      "an empty object id is none",
      [
        ["oid", ""],
        ["sub", "AbC"],
      ],
      "AbC",
    ],
  ])("has as its id: %s", (_name, claims, id) => {
    expect(readCaller(principal(claims), true).id).toBe(id);
  });

  it("is one person by the tokens of both versions, and by another name", () => {
    const first = principal([["oid", "11111111-2222"], ["sub", "one"], ["azp", "portal"], ada]);
    const second = principal([
      [longOid, "11111111-2222"],
      [longSub, "two"],
      ["appid", "pipeline"],
      [longUpn, "ada.lovelace@contoso.com"],
    ]);

    expect(readCaller(first, true).id).toBe(readCaller(second, true).id);
  });

  it("is two people by two object ids, though the names are the same", () => {
    const first = principal([
      ["oid", "11111111-2222"],
      ["name", "Ada"],
    ]);
    const second = principal([
      ["oid", "33333333-4444"],
      ["name", "Ada"],
    ]);

    expect(readCaller(first, true).id).not.toBe(readCaller(second, true).id);
  });

  it.each<[string, Claims, object, string]>([
    ["the user name first", [["name", "Ada"], ["email", "a@b.c"], ["upn", "u"], ada], {}, ada[1]],
    [
      "then the principal name",
      [
        ["name", "Ada"],
        ["email", "a@b.c"],
        ["upn", "a@upn"],
      ],
      {},
      "a@upn",
    ],
    [
      "the long principal name",
      [
        ["name", "Ada"],
        [longUpn, "a@upn"],
      ],
      {},
      "a@upn",
    ],
    [
      "then the address",
      [
        ["name", "Ada"],
        ["email", "a@b.c"],
      ],
      {},
      "a@b.c",
    ],
    [
      "the long address",
      [
        ["name", "Ada"],
        [longEmail, "a@b.c"],
      ],
      {},
      "a@b.c",
    ],
    [
      "then the name",
      [
        ["azp", "client-1"],
        ["name", "Ada"],
      ],
      {},
      "Ada",
    ],
    ["an application by its client id", [["appid", "client-1"]], {}, "client-1"],
    ["an application by its client id, newer", [["azp", "client-1"]], {}, "client-1"],
    ["by the id for want of any name", [], {}, "11111111-2222"],
    ["the claim that name_typ names", [["nick", "countess"]], { name_typ: "nick" }, "countess"],
    ["a long name is cut", [["name", "a".repeat(300)]], {}, "a".repeat(200)],
    [
      "no character is cut in two",
      [["name", `${"a".repeat(199)}😀`]],
      {},
      `${"a".repeat(199)}\ufffd`,
    ],
  ])("is called: %s", (_name, claims, rest, name) => {
    expect(readCaller(principal([oid, ...claims], rest), true).name).toBe(name);
  });

  it.each<[string, string | null]>([
    ["no header", null],
    ["an empty header", ""],
    ["no base64", "%%%"],
    ["no JSON", Buffer.from("{").toString("base64")],
    ["no claims", Buffer.from("{}").toString("base64")],
    ["claims of another kind", Buffer.from('{"claims":[1]}').toString("base64")],
    ["nobody named", principal([["roles", "Operator"]])],
    ["a name without a stable id", principal([ada, ["name", "Ada"], ["roles", "Operator"]])],
    [
      "a client id alone, which many share",
      principal([
        ["azp", "client-1"],
        ["appid", "client-1"],
      ]),
    ],
    ["an id too long to be kept whole", principal([["oid", "a".repeat(256)]])],
  ])("401: %s", (_name, header) => {
    expect(() => readCaller(header, true)).toThrow(
      expect.objectContaining({
        status: 401,
        problem: expect.objectContaining({ code: "Unauthenticated" }),
      }),
    );
  });

  it("403 without the role that is needed", () => {
    const reader = readCaller(principal([oid, ["roles", "Reader"]]), true);

    expect(() => requireRole(reader, "Reader")).not.toThrow();
    expect(() => requireRole(reader, "Requester")).toThrow(RequestError);
  });
});
