import type { TableClient } from "@azure/data-tables";

/** What the SDK writes into a transaction for a delete, and only for that. */
const unguarded = /^If-Match: \*\r\n/gm;

/**
 * Makes the one delete in this client's transactions hold only for `etag`. The SDK's delete action
 * takes no ETag and sends "If-Match: *" (data-tables 13.3.2, TableClient.submitTransaction), so the
 * assembled body is corrected on its way out. A body without exactly one such delete is not sent:
 * better no delete than one without its guard.
 */
export function guardDelete(client: TableClient, etag: string): void {
  client.pipeline.addPolicy({
    name: "guardDelete",
    sendRequest(request, next) {
      if (!request.url.endsWith("/$batch")) return next(request);
      const body = typeof request.body === "string" ? request.body : "";
      if (body.match(unguarded)?.length !== 1)
        throw new TypeError("expected one unguarded delete in the transaction");
      request.body = body.replace(unguarded, () => `If-Match: ${etag}\r\n`);
      // It counts the old body; the client counts again where there is none.
      request.headers.delete("Content-Length");
      return next(request);
    },
  });
}
