import { repositoryNames, sources, tagNames } from "./refresh-days.ts";
import { notHeld } from "./refresh-guards.ts";
import { isKept, type RefreshWorld, registry } from "./refresh-world.ts";

/** What is not as it should be once nothing goes wrong any more. */
export async function unproved(world: RefreshWorld): Promise<readonly string[]> {
  const { ports, twin } = world;
  const wrong: string[] = [];
  const pins = new Set<string>();
  for (const repository of repositoryNames)
    for (const { tag } of await ports.tags.pins(registry, repository))
      pins.add(`${repository}:${tag}`);
  const { tags: records } = await ports.tags.list(registry, { limit: 1000 });
  for (const repository of repositoryNames)
    for (const tag of tagNames.filter(isKept)) {
      const image = `${repository}:${tag}`;
      const listed = ports.world.images(registry).tag(repository, tag);
      const record = records.find((one) => one.repository === repository && one.tag === tag);
      const upstream = ports.world.upstream.find(sources[repository], tag);
      const told = `${image} ${record?.status ?? "unknown to Larder"}: ${record?.reason ?? ""}`;
      if (!listed) {
        const before = twin.images(registry).tag(repository, tag);
        const followed = world.day.policy.followNew === true && !pins.has(image);
        if ((before || followed) && upstream) wrong.push(`${told} (not listed)`);
        continue;
      }
      if (listed.locked || pins.has(image)) continue;
      if (!upstream) {
        if (!/^(gone|unknown)$/.test(record?.status ?? "")) wrong.push(`${told} (gone upstream)`);
        continue;
      }
      if (listed.digest !== upstream.digest || record?.status !== "fresh") wrong.push(told);
      // What the registry followed by itself is not proved; asking for it would cost requests for every tag.
      else if (
        record.lastGood?.digest === upstream.digest &&
        notHeld(world, repository, upstream, undefined).length > 0
      )
        wrong.push(`${told} (platforms missing)`);
    }
  const open = await ports.refreshes.open(registry);
  wrong.push(...open.map(({ operation }) => `refresh ${operation.id} has not ended`));
  return wrong;
}
