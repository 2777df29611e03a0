/** One page of an SDK's list, with where the next one begins. */
interface Page<T> extends ReadonlyArray<T> {
  readonly continuationToken?: string | undefined;
}

/** Where a list goes on: the first argument of the SDKs' `byPage`. */
interface Start {
  readonly continuationToken?: string;
}

/** Reads the page of a list that begins there. */
export type PageReader<T> = (start: Start) => Promise<IteratorResult<Page<T>, unknown>>;

/**
 * The pages of a list. `read` asks for one, as an exchange of its own: an abort signal given to the
 * SDK's own iterator would be the same for all pages, and a long list would run out of time.
 */
export async function* pages<T>(
  read: PageReader<T>,
  first: Start = {},
): AsyncGenerator<Page<T>, void> {
  for (let start = first; ; ) {
    const { done, value } = await read(start);
    if (done) return;
    yield value;
    if (!value.continuationToken) return;
    start = { continuationToken: value.continuationToken };
  }
}
