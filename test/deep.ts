/** Whether slow explorations are exhausted (`npm run test:deep`) instead of sampled. */
export const deep = process.env["DEEP"] === "1";

/** All of `items` when deep, else about `count` of them, evenly spread, first and last included. */
export function sample<T>(items: readonly T[], count: number): readonly T[] {
  if (deep || items.length <= count) return items;
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as T);
}
