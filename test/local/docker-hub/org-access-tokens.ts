import { z } from "zod";
import { type Answer, type Call, refuse } from "../service.ts";
import type { Desk } from "./desk.ts";
import type { Organization } from "./directory.ts";
import { forbidden, notFound, refuseInvalid } from "./hub-errors.ts";
import { bodyOf, futureTime } from "./input.ts";
import { pageOf } from "./pages.ts";
import { hubTime, lastUsed, type Token } from "./token.ts";

/** Tokens an organization may have; expired ones count (Docker's manual, enterprise/security/access-tokens). */
const limits = { team: 10, business: 100 } as const;

const resources = z
  .array(
    z.object({
      type: z.enum(["TYPE_REPO", "TYPE_ORG"]),
      path: z.string().min(1),
      scopes: z.array(z.string()),
    }),
  )
  .refine(
    (all) => all.filter(({ type }) => type === "TYPE_REPO").length <= 50,
    "at most 50 repositories",
  );
const label = z.string().min(1).max(100);

/** POST /v2/orgs/{name}/access-tokens. */
export async function createOrgToken(desk: Desk, call: Call, name: string): Promise<Answer> {
  const { organization, username } = await owned(desk, call, name);
  const wish = bodyOf(
    call,
    z.object({
      label,
      description: z.string().default(""),
      resources: resources.default([]),
      expires_at: futureTime(desk.clock.now()).nullish(),
    }),
  );
  // Invented: the error at the limit.
  if (desk.directory.tokensOf(organization.id).length >= limits[organization.plan])
    refuseInvalid({ label: "maximum number of organization access tokens reached" });
  const { token, value } = desk.directory.create({
    kind: "oat",
    ownerId: organization.id,
    label: wish.label,
    description: wish.description,
    resources: wish.resources,
    scopes: scopesOf(wish.resources),
    expiresAt: wish.expires_at ?? undefined,
    createdBy: username,
    userAgent: call.headers["user-agent"] ?? "",
  });
  return { status: 201, body: { ...detailed(desk, token), token: value } };
}

/** GET /v2/orgs/{name}/access-tokens: `total`, where personal tokens have `count`. */
export async function listOrgTokens(desk: Desk, call: Call, name: string): Promise<Answer> {
  const { organization } = await owned(desk, call, name);
  const all = desk.directory.tokensOf(organization.id);
  const { items, next, previous } = pageOf(call, all);
  const results = items.map((token) => shown(desk, token));
  // The OpenAPI has no null here, so a link that leads nowhere is left out.
  const links = { ...(next !== null && { next }), ...(previous !== null && { previous }) };
  return { status: 200, body: { total: all.length, ...links, results } };
}

/** GET, PATCH and DELETE of one token. */
export async function oneOrgToken(
  desk: Desk,
  call: Call,
  name: string,
  id: string,
): Promise<Answer> {
  const { organization } = await owned(desk, call, name);
  const token = desk.directory.find(organization.id, id) ?? refuse(notFound("access token"));
  if (call.method === "DELETE") {
    desk.directory.remove(token);
    return { status: 204 };
  }
  if (call.method === "PATCH") change(call, token);
  return { status: 200, body: detailed(desk, token) };
}

function change(call: Call, token: Token): void {
  const wish = bodyOf(
    call,
    z.object({
      label: label.optional(),
      description: z.string().optional(),
      resources: resources.optional(),
      is_active: z.boolean().optional(),
    }),
  );
  token.label = wish.label ?? token.label;
  token.description = wish.description ?? token.description;
  token.active = wish.is_active ?? token.active;
  if (wish.resources) {
    token.resources = wish.resources;
    token.scopes = scopesOf(wish.resources);
  }
}

/** The organization, if the caller signed in with a password and owns it (hub-feedback#2438, Terraform provider docs). */
async function owned(
  desk: Desk,
  call: Call,
  name: string,
): Promise<{ readonly organization: Organization; readonly username: string }> {
  const session = await desk.session(call);
  if (session.source !== "password") refuse(forbidden("token issued from personal access token"));
  const organization = desk.directory.organizationNamed(name) ?? refuse(notFound("organization"));
  if (!organization.owners.includes(session.username))
    refuse(forbidden("access to the resource is forbidden"));
  return { organization, username: session.username };
}

/** What the registry understands: public repositories, and pulls by name. Both spellings of the pull scope occur. */
function scopesOf(all: z.infer<typeof resources>): readonly string[] {
  return all
    .filter(({ scopes }) => scopes.some((scope) => /^(repo-pull|scope-image-pull)$/.test(scope)))
    .map(({ path }) => (path === "*/*/public" ? "repo:public_read" : `repository:${path}:pull`));
}

function shown(desk: Desk, token: Token) {
  const used = lastUsed(token, desk.clock.now(), desk.knobs.lastUsedLag);
  return {
    id: token.uuid,
    label: token.label,
    created_by: token.createdBy,
    is_active: token.active,
    created_at: hubTime(token.createdAt),
    expires_at: token.expiresAt === undefined ? null : hubTime(token.expiresAt),
    last_used_at: used === undefined ? null : hubTime(used),
  };
}

function detailed(desk: Desk, token: Token) {
  return { ...shown(desk, token), description: token.description, resources: token.resources };
}
