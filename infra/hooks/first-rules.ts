import { normaliseMapping } from "../../src/domain/normalise-mapping.ts";
import { refusal } from "./refusal.ts";

export interface FirstRule {
  readonly source: string;
  readonly target: string;
}

/** What a registry has before: mappings in ACR's spelling. */
export type Present = readonly FirstRule[];

/** Docker Hub's official images, under the names that everybody knows. */
const usual: FirstRule = { source: "docker.io/library/*", target: "library/*" };

/**
 * FIRST_RULES: "source=target,…"; undefined where nobody said any, which is not the same as "none". Without a target there is
 * Larder's own choice of one, but nobody sees that here, so it is refused.
 */
export function parseFirstRules(text: string | undefined): readonly FirstRule[] | undefined {
  if (text === undefined) return undefined;
  if (text.trim().toLowerCase() === "none") return [];
  const items = text.split(",").map((one) => one.trim());
  return items.filter(Boolean).map((item) => {
    const [source = "", target = "", ...more] = item.split("=").map((one) => one.trim());
    if (source === "" || target === "" || more.length > 0)
      throw refusal(
        `FIRST_RULES has "${item}", which is no "source=target" such as "docker.io/library/*=library/*" (several with commas between; none at all: "none").`,
      );
    return { source, target };
  });
}

/** The rules to ask a registry for; those that are there already, whatever their settings are by now, are not asked again. */
export function rulesToAsk(
  text: string | undefined,
  {
    present,
    docker,
    loginServer,
  }: {
    readonly present: Present;
    /** Whether this registry has Larder's credential set for Docker Hub. */
    readonly docker: boolean;
    readonly loginServer: string;
  },
): readonly FirstRule[] {
  const asked = parseFirstRules(text) ?? (docker && present.length === 0 ? [usual] : []);
  return asked.filter((rule) => {
    const form = normaliseMapping(rule, loginServer);
    const { source, target } = form.ok ? form.mapping : rule;
    return !present.some((one) => one.source === source && one.target === target);
  });
}

/** An image to try a rule with, or its general form where no image is known to be there. */
export function exampleOf({ source, target }: FirstRule): string {
  if (!target.endsWith("*")) return `${target}:latest`;
  const place = target.slice(0, -1);
  if (source === "docker.io/library/*") return `${place}alpine:latest`;
  return source === "docker.io/*" ? `${place}library/alpine:latest` : `${place}<image>:<tag>`;
}
