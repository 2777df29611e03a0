import type { Digest } from "../../src/domain/tag.ts";
import type { Timestamp } from "../../src/domain/time.ts";

/** Who pulls: Larder, or anybody else. */
export type Puller = "larder" | "user";

type What =
  | { readonly kind: "untag"; readonly tag: string; readonly digest: Digest }
  | { readonly kind: "removeManifest"; readonly digest: Digest; readonly tags: readonly string[] }
  | { readonly kind: "import"; readonly reference: string; readonly digest: Digest }
  | {
      readonly kind: "pull";
      readonly by: Puller;
      readonly method: "GET" | "HEAD";
      readonly reference: string;
      /** The digest served, or "absent", or the status. */
      readonly answer: string;
    }
  | {
      readonly kind: "upstreamPull";
      readonly by: Puller;
      readonly host: string;
      readonly account: string;
      /** Pulls left to the account after it. */
      readonly left: number | undefined;
    };

type Noted = What & { readonly repository: string };

/** Something that happened to the images of a registry. */
export type Happening = Noted & { readonly at: Timestamp; readonly registry: string };

/** Writes to the log of a world; `at`: milliseconds since the epoch, where it is not now. */
export type Note = (what: Noted, at?: number) => void;
