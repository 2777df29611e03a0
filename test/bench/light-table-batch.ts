import type { LightRows, TableAnswer } from "./light-table-rows.ts";

/** An entity-group transaction: all of its changes or none, as multipart text both ways. */
export function lightBatch(rows: LightRows, body: string): TableAnswer {
  const changes = body
    .split("--changeset_")
    .slice(1, -1)
    .map((part) => rows.change(operationOf(part)));
  const failed = changes.find(({ problem }) => problem)?.problem;
  const answers = failed ? [failed] : changes.map((one) => one.apply());
  const parts = answers.map((answer) => `--changesetresponse_1\r\n${partOf(answer)}\r\n`);
  const type = "Content-Type: multipart/mixed; boundary=changesetresponse_1";
  return {
    status: 202,
    headers: { "Content-Type": "multipart/mixed; boundary=batchresponse_1" },
    body: `--batchresponse_1\r\n${type}\r\n\r\n${parts.join("")}--changesetresponse_1--\r\n--batchresponse_1--\r\n`,
  };
}

function operationOf(part: string) {
  const [, method = "", url = "http://none/"] = /^(\w+) (\S+) HTTP\/1\.1/m.exec(part) ?? [];
  return {
    method,
    path: new URL(url).pathname,
    ifMatch: /^If-Match: (.*?)\r?$/im.exec(part)?.[1],
    body: /\r\n(\{.*\})\s*$/s.exec(part)?.[1] ?? "",
  };
}

function partOf({ status, headers = {}, body }: TableAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = body === undefined ? "" : JSON.stringify(body);
  const start = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";
  return `${start}HTTP/1.1 ${status} Answer\r\n${lines.join("")}\r\n${text}`;
}
