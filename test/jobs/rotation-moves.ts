import type { RotationRecord, RotationState } from "../../src/domain/rotation.ts";
import type { RotationStage } from "./rotation-stage.ts";

/** From one state of a rotation to the next. */
export type RotationMove = `${RotationState | "nothing"} → ${RotationState}`;

export function enteredBy(move: RotationMove): RotationState {
  return move.slice(move.indexOf("→") + 2) as RotationState;
}

/** Collects the moves that a stage's rotations make from now on, as they are recorded. */
export function movesOf({ ports }: RotationStage): ReadonlySet<RotationMove> {
  const moves = new Set<RotationMove>();
  const known = new Map<string, RotationState>();
  const all = ({ rotations, ended }: RotationRecord) => [...rotations, ...ended];
  const before = ports.rotationTable.find("contoso", "docker-hub");
  for (const { id, state } of before ? all(before) : []) known.set(id, state);
  ports.interruptions.watch((call, [written]) => {
    if (call !== "rotations.write") return;
    for (const { id, state } of all(written as RotationRecord)) {
      const from = known.get(id) ?? "nothing";
      if (from === state) continue;
      known.set(id, state);
      moves.add(`${from} → ${state}`);
    }
  });
  return moves;
}
