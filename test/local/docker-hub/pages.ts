import type { Call } from "../service.ts";
import { refuseInvalid } from "./hub-errors.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** Absolute links; null at either end. */
  readonly next: string | null;
  readonly previous: string | null;
}

/** One page by `page` (from 1) and `page_size` (10 unless told). Invented: 100 at most, and a page past the end is empty. */
export function pageOf<T>(call: Call, all: readonly T[]): Page<T> {
  const page = numberOf(call, "page", 1);
  const size = Math.min(numberOf(call, "page_size", 10), 100);
  const link = (to: number) => `${call.origin}${call.path}?page=${to}&page_size=${size}`;
  return {
    items: all.slice((page - 1) * size, page * size),
    next: page * size < all.length ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
  };
}

function numberOf(call: Call, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null) return otherwise;
  if (!/^[1-9]\d*$/.test(text)) refuseInvalid({ [name]: "must be a positive whole number" });
  return Number(text);
}
