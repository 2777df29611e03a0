import type { AcrRegistry, NewRegistry } from "./acr/registry.ts";
import type { Switches } from "./acr/switches.ts";
import type { Cloud } from "./cloud.ts";
import { cloudState } from "./cloud.ts";
import type { World } from "./control/controlled.ts";

/** The running stand-in as the control API reaches it. */
export function world(
  cloud: Cloud,
  registries: readonly AcrRegistry[],
  startRegistry: (wanted: NewRegistry) => Promise<AcrRegistry>,
): World {
  const registryNamed = (wanted: string) => {
    const found = registries.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (!found) throw new Error(`There is no registry "${wanted}".`);
    return found;
  };
  return {
    clock: cloud.clock,
    faults: cloud.faults,
    log: cloud.log,
    access: cloud.vault.access,
    eventGrid: cloud.eventGrid,
    push: (image, platforms) => cloud.upstream.push(image, platforms),
    behind: (upstream, url) => cloud.upstream.behind(upstream, url),
    async addRegistry(name, sku) {
      const made = await startRegistry({ name, ...(sku && { sku }) });
      return { name: made.name, loginServer: made.loginServer() };
    },
    change({ registry, dockerHub, events, ...modes }) {
      const named = registry === undefined ? undefined : registryNamed(registry);
      // What came as JSON has no field that is there but undefined, except those switched off by null.
      named?.configure(modes as Partial<Switches>);
      Object.assign(cloud.hub.knobs, dockerHub);
      Object.assign(cloud.eventGrid.switches, events);
      return {
        ...(named && { registry: { ...named.switches(), adminUser: undefined } }),
        ...(dockerHub && { dockerHub: cloud.hub.knobs }),
        ...(events && { events: cloud.eventGrid.switches }),
      };
    },
    token: (audience) => cloud.identity.issue(cloud.identity.appPrincipalId, audience),
    state: () => cloudState(cloud),
  };
}
