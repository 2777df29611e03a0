import type { CredentialSetView } from "../domain/credential-set-view.ts";
import type { Ports } from "../domain/ports.ts";
import {
  credentialSetBody,
  credentialSetExample,
  showCredentialSet,
} from "../http/credential-set-body.ts";
import {
  credentialSetRequest,
  credentialSetRequestExample,
  rotationRequest,
  rotationRequestExample,
} from "../http/credential-set-input.ts";
import { type Endpoint, endpoint, type Result } from "../http/endpoint.ts";
import { none, oneCredentialSet, registryOnly } from "../http/names.ts";
import {
  operationBody,
  operationHeaders,
  rotateOperationExample,
  showOperation,
} from "../http/operation-body.ts";
import { listOf } from "../http/paging.ts";
import { adoptCredentialSet } from "../jobs/adopt-credential-set.ts";
import { listCredentialSets, readCredentialSet } from "../jobs/read-credential-set.ts";
import { requestRotation } from "../jobs/request-rotation.ts";

const route = "registries/{registry}/credential-sets/{name}";
const shown = { schema: credentialSetBody, example: credentialSetExample };

/** The calls on credential sets and the renewal of their tokens. */
export function credentialSetEndpoints(ports: () => Ports): readonly Endpoint[] {
  return [list(ports), get(ports), put(ports), rotate(ports)];
}

function list(ports: () => Ports): Endpoint {
  return endpoint({
    name: "listCredentialSets",
    method: "GET",
    route: "registries/{registry}/credential-sets",
    role: "Reader",
    summary:
      "List credential sets: health, days left, and where the renewal of their token stands.",
    description:
      "Left to reading one set: the days left of a token that Larder does not renew, and which command fits its vaults.",
    params: registryOnly,
    query: none,
    responses: {
      200: {
        description: "All credential sets, by name.",
        schema: listOf(credentialSetBody).meta({ id: "CredentialSetList" }),
        example: { value: [credentialSetExample] },
      },
    },
    async handle({ params: { registry } }) {
      const views = await listCredentialSets(ports(), registry);
      return { status: 200, body: { value: views.map(showCredentialSet) } };
    },
  });
}

function get(ports: () => Ports): Endpoint {
  return endpoint({
    name: "getCredentialSet",
    method: "GET",
    route,
    role: "Reader",
    summary: "Read one credential set: health, days left, what comes next and what is to be done.",
    params: oneCredentialSet,
    query: none,
    responses: {
      200: {
        description: "The credential set; with ETag when Larder renews its token.",
        ...shown,
        headers: ["ETag"],
      },
    },
    async handle({ params: { registry, name } }) {
      return setResult(200, await readCredentialSet(ports(), registry, name));
    },
  });
}

function put(ports: () => Ports): Endpoint {
  return endpoint({
    name: "putCredentialSet",
    method: "PUT",
    route,
    role: "Operator",
    summary: "Have a credential set's token renewed, change how, or (rotation null) end that.",
    description:
      "A set that is not there is made. A repeat is harmless. What a person must still grant or do is in the answer.",
    params: oneCredentialSet,
    query: none,
    body: { schema: credentialSetRequest, example: credentialSetRequestExample },
    conditions: ["If-Match"],
    responses: {
      200: { description: "Changed, ended, or already so.", ...shown, headers: ["ETag"] },
      201: { description: "Adopted.", ...shown, headers: ["ETag"] },
    },
    async handle({ params: { registry, name }, body, caller, conditions: { ifMatch } }) {
      const { view, created } = await adoptCredentialSet(
        ports(),
        registry,
        name,
        body,
        ifMatch,
        caller,
      );
      return setResult(created ? 201 : 200, view);
    },
  });
}

function rotate(ports: () => Ports): Endpoint {
  return endpoint({
    name: "rotateCredentialSet",
    method: "POST",
    route: `${route}/rotate`,
    role: "Operator",
    summary: "Renew a credential set's token now.",
    description:
      "While a rotation is running, the answer is that one. force: also when the token is not due.",
    params: oneCredentialSet,
    query: none,
    body: { schema: rotationRequest, example: rotationRequestExample, optional: true },
    responses: {
      202: {
        description: "Recorded, or running already; a worker takes it up.",
        schema: operationBody,
        example: rotateOperationExample,
        headers: ["Operation-Location", "Retry-After"],
      },
    },
    async handle({ params: { registry, name }, body, caller, base }) {
      const { operation } = await requestRotation(ports(), registry, name, body, caller);
      const headers = operationHeaders(base, operation.id);
      return { status: 202, body: showOperation(operation), headers };
    },
  });
}

function setResult(status: number, view: CredentialSetView): Result {
  return {
    status,
    body: showCredentialSet(view),
    headers: view.etag ? { ETag: view.etag } : {},
  };
}
