import { type App, field, type Reply, startApp, until } from "./app.ts";
import { pushUpstream } from "./cached-images.ts";
import { secretValue } from "./written.ts";

/** The credential set that the stand-in starts with: its token has five days left. */
export const setPath = "registries/larderdev/credential-sets/docker-hub";

/** Everything that takes days in earnest takes seconds here. */
const quick = {
  ROTATION_SCHEDULE: "*/1 * * * * *",
  ROTATION_EVERY_SECONDS: "10",
  ROTATION_LEASE_SECONDS: "5",
  UPSTREAM_CHECK: "off",
};

export const policy = {
  mode: "managed",
  account: "larderbot",
  grace: "PT1S",
  retention: "PT1S",
  canary: "library/alpine:latest",
} as const;

/** The app with an active rule for official images, and the canary upstream. */
export async function startRotating(
  settings: Readonly<Record<string, string>> = {},
  options: Parameters<typeof startApp>[0] = {},
): Promise<App> {
  const app = await startApp(options, { ...quick, ...settings });
  app.standIn.registries[0]?.configure({ importDelayMs: 30 });
  const rule = "registries/larderdev/rules/docker-library";
  await app.call("PUT", rule, { source: "docker.io/library/*", target: "library/*" });
  await pushUpstream(app, "docker.io/library/alpine:latest");
  await until(
    "the rule",
    () => app.call("GET", rule),
    (reply) => field(reply, "status") === "active",
  );
  return app;
}

interface ShownRotation {
  readonly id: string;
  readonly state: string;
  readonly trigger: string;
  readonly oldTokenUuid?: string;
  readonly newTokenUuid?: string;
  readonly failure?: { readonly code: string };
}

export interface ShownSet {
  readonly health: { readonly status: string };
  readonly token?: { readonly uuid?: string; readonly works: string };
  readonly rotation?: {
    readonly state: string;
    readonly toDo: readonly string[];
    readonly running?: ShownRotation & { readonly problem?: { readonly code: string } };
    readonly retiring: readonly ShownRotation[];
    readonly last: readonly ShownRotation[];
  };
}

/** A set as the API shows it; `undefined` while the app does not answer, having been killed. */
export async function shownSet(app: App, path: string = setPath): Promise<ShownSet | undefined> {
  const reply: Reply | undefined = await app.call("GET", path).catch(() => undefined);
  return reply?.status === 200 ? (reply.body as ShownSet) : undefined;
}

export interface HubToken {
  readonly uuid: string;
  readonly label: string;
  readonly is_active: boolean;
}

/** Every token of every account at the stand-in's Docker Hub. */
export const hubTokens = (app: App): readonly HubToken[] => app.standIn.hub.state().tokens;

/** Whether Docker Hub's registry takes what a live secret holds. */
export const liveWorks = (app: App, account = "larderbot", live = "docker-hub-token"): boolean =>
  app.standIn.hub.login(account, secretValue(app, live)) !== undefined;
