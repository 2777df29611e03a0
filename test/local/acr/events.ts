import { randomUUID } from "node:crypto";

/** An Event Grid event of a registry, as Microsoft.ContainerRegistry.ImagePushed and ImageDeleted have it. */
export interface PushEvent {
  readonly id: string;
  readonly eventType:
    | "Microsoft.ContainerRegistry.ImagePushed"
    | "Microsoft.ContainerRegistry.ImageDeleted";
  /** "repository:tag", or the repository alone. */
  readonly subject: string;
  readonly eventTime: string;
  readonly data: {
    readonly action: "push" | "delete";
    readonly target: {
      readonly mediaType: string;
      readonly size: number;
      readonly digest: string;
      readonly length: number;
      readonly repository: string;
      readonly tag?: string;
    };
    readonly request: { readonly host: string };
  };
}

/** What happened to an image of a registry. */
export interface Happening {
  readonly action: "push" | "delete";
  readonly host: string;
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly tag?: string | undefined;
}

/** The event of a happening at `now`, in milliseconds. */
export function eventOf(happening: Happening, now: number): PushEvent {
  const { action, host, repository, digest, mediaType, size, tag } = happening;
  const kind = action === "push" ? "ImagePushed" : "ImageDeleted";
  return {
    id: randomUUID(),
    eventType: `Microsoft.ContainerRegistry.${kind}`,
    subject: tag === undefined ? repository : `${repository}:${tag}`,
    eventTime: new Date(now).toISOString(),
    data: {
      action,
      target: {
        mediaType,
        size,
        digest,
        length: size,
        repository,
        ...(tag !== undefined && { tag }),
      },
      request: { host },
    },
  };
}
