import type { CacheRule } from "../../src/domain/cache-rule.ts";
import { type FakePorts, fakePorts } from "../fakes/ports.ts";

function rule(name: string, rest: Partial<CacheRule>): CacheRule {
  return {
    registry: "contoso",
    name,
    source: `docker.io/library/${name}`,
    target: `docker.io/library/${name}`,
    credentialSet: "docker-hub",
    owner: "team-platform",
    status: "active",
    notes: [],
    requestedBy: "ada@contoso.com",
    requestedAt: "2026-11-20T09:00:00.000Z",
    updatedAt: "2026-11-20T09:00:04.000Z",
    operationId: "contoso-aaaaaaaaaaaaaaaaaaaaaaaaaa",
    attempts: 1,
    ...rest,
  };
}

/** A world in which everything the page can show happens at once. */
export async function busyKitchen(): Promise<FakePorts> {
  const ports = fakePorts({ registries: ["contoso", "fabrikam"] });
  const put = (one: CacheRule, live = true) => {
    ports.table.seed(one);
    if (live) ports.arm.put("contoso", one);
  };
  put(rule("nginx", { refresh: { tags: ["latest", "1.*"], every: "PT6H" } }));
  put(
    rule("grafana", {
      source: "docker.io/grafana/*",
      target: "grafana/*",
      notes: ["The set docker-hub was chosen, as the only one for docker.io."],
    }),
  );
  put(
    rule("redis", {
      drift: {
        kind: "changed",
        message: "The registry has the credential set spare instead of docker-hub.",
        since: "2026-11-20T09:10:00.000Z",
      },
    }),
  );
  put(
    rule("quay-argo", {
      source: "quay.io/argoproj/*",
      target: "argoproj/*",
      credentialSet: undefined,
      status: "awaitingApproval",
    }),
    false,
  );
  put(rule("postgres", { status: "requested", owner: undefined }), false);
  put(
    rule("broken", {
      credentialSet: "spare",
      status: "failed",
      failure: {
        code: "AuthorizationFailed",
        message: "The client may not write cache rules.",
        remedy:
          "Give Larder's identity the role Container Registry Cache Rule Administrator on the registry, then ask again.",
      },
    }),
    false,
  );
  ports.arm.put("contoso", { name: "by-hand", source: "ghcr.io/contoso/tool", target: "tool" });
  ports.sets.put("contoso", {
    name: "spare",
    loginServer: "docker.io",
    health: {
      status: "Unhealthy",
      errorCode: "Forbidden",
      errorMessage: "The identity may not read the secret.",
    },
  });
  await ports.heartbeats.beat("reconcile-rules", "2026-11-21T01:58:00.000Z");
  await ports.rules.commit({
    registry: "contoso",
    history: {
      at: "2026-11-20T09:00:00.000Z",
      registry: "contoso",
      resource: "nginx",
      event: "requested",
      by: "ada@contoso.com",
      message: 'Asked for "docker.io/library/nginx".',
    },
  });
  await ports.rules.commit({
    registry: "contoso",
    history: {
      at: "2026-11-20T09:10:00.000Z",
      registry: "contoso",
      resource: "redis",
      event: "driftFound",
      by: "larder",
      message: "The registry has the credential set spare instead of docker-hub.",
    },
  });
  return ports;
}
