import type { UpstreamHead } from "../../src/domain/upstream-answer.ts";
import type { Happening } from "../fakes/image-log.ts";
import { accountOf } from "../fakes/image-meter.ts";
import type { RefreshWorld } from "./refresh-world.ts";

type UpstreamPull = Extract<Happening, { kind: "upstreamPull" }>;

const larderbot = accountOf("larderbot");

/** Whether Larder's pulls leave the account its reserve. */
export interface ReserveWatch {
  /** An answer of `upstreams.head`. */
  read(answer: unknown): void;
  /** Why a pull was one too many; undefined: it was not, or others were the cause. */
  fault(pull: UpstreamPull): string | undefined;
}

export function reserveWatch({ ports, day }: RefreshWorld): ReserveWatch {
  const reserve = Math.ceil((day.limit ?? 0) * ports.refreshSettings.reserve);
  let remaining: number | undefined;
  let since = 0;
  return {
    read(answer) {
      const { kind, ...rest } = answer as UpstreamHead;
      const rate = kind === "found" && "rate" in rest ? rest.rate : undefined;
      if (rate?.account !== larderbot) return;
      remaining = rate.kind === "limited" ? rate.remaining : undefined;
      since = 0;
    },
    fault({ by, account, left }) {
      if (by !== "larder" || account !== larderbot || left === undefined) return undefined;
      since += 1;
      if (
        remaining === undefined ||
        ports.world.upstream.host("docker.io").rateHeaders !== "normal"
      )
        return undefined;
      if (left >= reserve || remaining - since >= reserve) return undefined;
      return `${left} pulls are left of the ${reserve} in reserve, ${since} after ${remaining} were told`;
    },
  };
}
