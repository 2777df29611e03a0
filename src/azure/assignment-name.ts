import { createHash } from "node:crypto";

/**
 * The name of a role assignment, a GUID, made of what it says (RFC 9562 version 8), so that asking
 * again names the same assignment. ARM ids are read without case.
 */
export function assignmentName(scope: string, principalId: string, role: string): string {
  const said = [scope, principalId, role].join("\n").toLowerCase();
  const bytes = createHash("sha256").update(said).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
