/** Docker's and OCI's names for the same four things; both families occur on real registries. */
export const mediaTypes = {
  oci: {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar+gzip",
  },
  docker: {
    index: "application/vnd.docker.distribution.manifest.list.v2+json",
    manifest: "application/vnd.docker.distribution.manifest.v2+json",
    config: "application/vnd.docker.container.image.v1+json",
    layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  },
} as const;

export type Family = keyof typeof mediaTypes;

/** Whether an Accept header names this type or takes anything; parameters (";q=…") are ignored, none accepts nothing. */
export function accepts(accept: string | undefined, mediaType: string): boolean {
  const named = (accept ?? "").split(",").map((one) => one.split(";", 1)[0]?.trim());
  return named.includes(mediaType) || named.includes("*/*");
}
