import type { Answer, Call } from "../service.ts";
import { createToken, deleteToken, getToken, listTokens, patchToken } from "./access-tokens.ts";
import type { Desk } from "./desk.ts";
import { createSession, logInSecondFactor, logInUser } from "./logins.ts";
import { createOrgToken, listOrgTokens, oneOrgToken } from "./org-access-tokens.ts";

interface Route {
  readonly method: string;
  readonly template: string;
  readonly handle: (desk: Desk, call: Call, ...parameters: string[]) => Promise<Answer>;
}

const one = "/v2/access-tokens/{uuid}";
const org = "/v2/orgs/{name}/access-tokens";
const orgOne = `${org}/{id}`;

/** `desktop-generate` is absent on purpose: undocumented and over-privileged (facts/docker-hub.md section 1). */
const routes: readonly Route[] = [
  { method: "POST", template: "/v2/auth/token", handle: createSession },
  { method: "POST", template: "/v2/users/login", handle: logInUser },
  { method: "POST", template: "/v2/users/2fa-login", handle: logInSecondFactor },
  { method: "POST", template: "/v2/access-tokens", handle: createToken },
  { method: "GET", template: "/v2/access-tokens", handle: listTokens },
  { method: "GET", template: one, handle: getToken },
  { method: "PATCH", template: one, handle: patchToken },
  { method: "DELETE", template: one, handle: deleteToken },
  { method: "POST", template: org, handle: createOrgToken },
  { method: "GET", template: org, handle: listOrgTokens },
  { method: "GET", template: orgOne, handle: oneOrgToken },
  { method: "PATCH", template: orgOne, handle: oneOrgToken },
  { method: "DELETE", template: orgOne, handle: oneOrgToken },
];

const patterns = new Map(
  routes.map(({ template }) => [
    template,
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, "([^/]+)")}/?$`),
  ]),
);

/** The path as a template, for counting; the path itself when no route has it. */
export function endpointOf({ method, path }: Call): string {
  const found = routes.find(({ template }) => patterns.get(template)?.test(path));
  return `${method} ${found?.template ?? path}`;
}

/** Answers by method and path; 404 and 405 with Django's words, as Docker Hub's front has them (invented). */
export async function answerRoute(desk: Desk, call: Call): Promise<Answer> {
  const fitting = routes.filter(({ template }) => patterns.get(template)?.test(call.path));
  if (fitting.length === 0) return { status: 404, body: { message: "404 page not found" } };
  const route = fitting.find(({ method }) => method === call.method);
  if (!route)
    return {
      status: 405,
      headers: { Allow: fitting.map(({ method }) => method).join(", ") },
      body: { detail: `Method "${call.method}" not allowed.` },
    };
  const parameters = patterns.get(route.template)?.exec(call.path)?.slice(1) ?? [];
  return route.handle(desk, call, ...parameters);
}
