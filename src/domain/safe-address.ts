/** Whether what is sent to an address, keys and tokens included, is not seen on the way: https, or http on this machine. */
export function isSafeAddress({ protocol, hostname }: URL): boolean {
  const local = hostname === "localhost" || hostname === "127.0.0.1";
  return protocol === "https:" || (protocol === "http:" && local);
}
