import type { Service } from "../service.ts";
import type { World } from "./controlled.ts";
import { fail } from "./read.ts";
import { routes } from "./routes.ts";

const bare = (path: string) => path.replace(/(?<=.)\/+$/, "");

/** The stand-in's own API (design section 8): moves upstream, injects faults, counts requests, shows state. */
export function control(world: World): Service {
  return {
    name: "control",
    endpoint: ({ method, path }) => `${method} ${bare(path)}`,
    answer(call) {
      const here = routes.filter(({ path }) => path === bare(call.path));
      const route = here.find(({ method }) => method === call.method);
      if (route) return route.run(world, call);
      if (here.length === 0) return fail(404, "NotFound", "GET / lists what there is.");
      const allowed = here.map(({ method }) => method).join(", ");
      return {
        status: 405,
        headers: { Allow: allowed },
        body: { error: { code: "MethodNotAllowed", message: `Allowed here: ${allowed}.` } },
      };
    },
  };
}
