/** Who asks for a change. */
export interface By {
  /** Stable and unique: an object id of Entra, or "function key". Two people never share one. */
  readonly id: string;
  /** For show, in the record and the history. */
  readonly name: string;
  /** Whether sign-in proved the id, so that it tells two people apart. */
  readonly verified: boolean;
}
