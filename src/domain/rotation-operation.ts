import type { Operation } from "./operation.ts";
import { hasEnded, isRetiring, type Rotation, type RotationRecord } from "./rotation.ts";

type Owner = Pick<RotationRecord, "registry" | "name">;

/** The operation that a record's rotation is, asked for, under way or ended; undefined when the record knows none by that id. */
export function operationOf(record: RotationRecord, id: string): Operation | undefined {
  const { asked, rotations, ended } = record;
  const rotation = [...rotations, ...ended].find((one) => one.id === id);
  if (rotation) return rotationOperation(record, rotation);
  if (asked?.id !== id) return undefined;
  return {
    ...about(record, id),
    status: "NotStarted",
    createdAt: asked.at,
    updatedAt: asked.at,
  };
}

/** It has succeeded as soon as the new token is proved to be in use: what is left then concerns the old one only. */
function rotationOperation(record: Owner, rotation: Rotation): Operation {
  const { id, startedAt: createdAt, updatedAt, state, newUuid, failure } = rotation;
  const base = { ...about(record, id), createdAt, updatedAt };
  // One that is done all the same was never proved.
  if (state === "failed" || (state === "done" && failure))
    return { ...base, status: "Failed", error: failure };
  if (!isRetiring(rotation) && !hasEnded(rotation)) return { ...base, status: "Running" };
  const result = `The live secret holds token ${newUuid ?? ""}, and ACR signs in with it.`;
  return { ...base, status: "Succeeded", result };
}

function about(
  { registry, name }: Owner,
  id: string,
): Pick<Operation, "id" | "kind" | "registry" | "resource"> {
  return { id, kind: "rotate", registry, resource: name };
}
