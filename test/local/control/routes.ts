import type { Answer, Call } from "../service.ts";
import type { World } from "./controlled.ts";
import { serviceFaults, wireFaults } from "./fault-kinds.ts";
import {
  Advance,
  Audience,
  Behind,
  Grant,
  NewFault,
  NewRegistry,
  NewSubscription,
  OldSubscription,
  Push,
  Switch,
} from "./input.ts";
import { attempt, read } from "./read.ts";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly does: string;
  readonly run: (world: World, call: Call) => Answer | Promise<Answer>;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const done: Answer = { status: 204 };

/** Every call of the control API; GET / shows them in this order. */
export const routes: readonly Route[] = [
  {
    method: "GET",
    path: "/",
    does: "this list",
    run: () =>
      ok({
        calls: routes.map(({ method, path, does }) => `${method} ${path}: ${does}`),
        faults: { everywhere: wireFaults, ...serviceFaults },
      }),
  },
  {
    method: "POST",
    path: "/upstream/push",
    does: "{image, platforms?} moves or makes a tag upstream; answers {digest}",
    run: async (world, call) => {
      const { image, platforms } = read(Push, call);
      return ok({ digest: await attempt(() => world.push(image, platforms)) });
    },
  },
  {
    method: "POST",
    path: "/upstream/behind",
    does: "{upstream, url} puts a real registry behind an upstream",
    run: async (world, call) => {
      const { upstream, url } = read(Behind, call);
      await attempt(() => world.behind(upstream, url));
      return done;
    },
  },
  {
    method: "GET",
    path: "/faults",
    does: "faults that wait for a request",
    run: ({ faults }) => ok({ faults: faults.list() }),
  },
  {
    method: "POST",
    path: "/faults",
    does: "{where, match?, kind, times?, retryAfter?} injects a fault",
    run({ faults }, call) {
      const fault = read(NewFault, call);
      faults.add(fault);
      return { status: 201, body: fault };
    },
  },
  {
    method: "DELETE",
    path: "/faults",
    does: "removes all faults",
    run({ faults }) {
      faults.clear();
      return done;
    },
  },
  {
    method: "GET",
    path: "/requests",
    does: "requests so far, {host: {endpoint: count}}",
    run: ({ log }) => ok(log.counts()),
  },
  {
    method: "DELETE",
    path: "/requests",
    does: "begins counting anew",
    run({ log }) {
      log.clear();
      return done;
    },
  },
  {
    method: "GET",
    path: "/state",
    does: "what each service holds, without secrets",
    run: (world) => ok(world.state()),
  },
  {
    method: "POST",
    path: "/registries",
    does: "{name, sku?} starts another registry, which the running app does not serve (npm start -- --registries does that); answers {name, loginServer}",
    run: async (world, call) => {
      const { name, sku } = read(NewRegistry, call);
      return { status: 201, body: await attempt(() => world.addRegistry(name, sku)) };
    },
  },
  {
    method: "POST",
    path: "/token",
    does: "{audience} gives a bearer token with the app's rights, e.g. for ARM's address or https://vault.azure.net; answers {access_token}",
    run: (world, call) => ok({ access_token: world.token(read(Audience, call).audience) }),
  },
  {
    method: "POST",
    path: "/switches",
    does: "{registry?, …modes, dockerHub?: {…}, events?: {…}} changes how services behave",
    run: async (world, call) => {
      const change = read(Switch, call);
      return ok(await attempt(() => world.change(change)));
    },
  },
  {
    method: "POST",
    path: "/clock",
    does: "{advanceSeconds} moves the stand-in's clock on; tokens stay good; answers {now}",
    run({ clock }, call) {
      clock.advance(read(Advance, call).advanceSeconds);
      return ok({ now: new Date(clock.now()).toISOString() });
    },
  },
  {
    method: "POST",
    path: "/grants",
    does: "{principalId, secret} lets a principal read a vault secret, as a role assignment does",
    run({ access }, call) {
      const { principalId, secret } = read(Grant, call);
      access.grant(principalId, secret);
      return done;
    },
  },
  {
    method: "DELETE",
    path: "/grants",
    does: "{principalId, secret} takes that back",
    run({ access }, call) {
      const { principalId, secret } = read(Grant, call);
      access.revoke(principalId, secret);
      return done;
    },
  },
  {
    method: "POST",
    path: "/subscriptions",
    does: "{name, endpoint, schema, eventTypes?} has the vault's events delivered to a webhook",
    run: async ({ eventGrid }, call) => {
      const wanted = read(NewSubscription, call);
      await attempt(() => eventGrid.subscribe(wanted));
      return { status: 201, body: wanted };
    },
  },
  {
    method: "DELETE",
    path: "/subscriptions",
    does: "{name} ends that",
    run({ eventGrid }, call) {
      eventGrid.unsubscribe(read(OldSubscription, call).name);
      return done;
    },
  },
];
