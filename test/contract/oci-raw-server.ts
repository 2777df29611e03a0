import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { ServerCertificate } from "../local/tls.ts";

/** A TLS server without HTTP, for answers that no HTTP server would give. */
export interface RawServer {
  /** All of port 443 leads here. */
  readonly connectTo: ReadonlyMap<string, string>;
  /** Connections so far. */
  count(): number;
  close(): Promise<void>;
}

/** `onText` gets what a client sent, with its connection and the connection's number from 1. */
export async function rawServer(
  { key, cert }: ServerCertificate,
  onText: (socket: TLSSocket, text: string, connection: number) => void,
): Promise<RawServer> {
  let count = 0;
  const sockets = new Set<TLSSocket>();
  const server = createServer({ key, cert }, (socket) => {
    count += 1;
    const connection = count;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => onText(socket, data.toString("latin1"), connection));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectTo: new Map([["*:443", `127.0.0.1:${port}`]]),
    count: () => count,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
