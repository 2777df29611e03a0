/** An image as `push` takes it. */
export interface ImageName {
  readonly upstream: string;
  readonly repository: string;
  readonly tag: string;
}

/** "nginx", "ghcr.io/x/y:v1" and the like taken apart, with Docker's own defaults; throws on a digest or a bad tag. */
export function parseImage(image: string): ImageName {
  const [, name = "", tag = "latest"] = /^(.*?)(?::([^/]*))?$/.exec(image) ?? [];
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const upstream = hasHost ? first : "docker.io";
  const path = hasHost ? rest.join("/") : name;
  const repository = upstream === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  if (name.includes("@") || path === "" || !/^\w[\w.-]{0,127}$/.test(tag))
    throw new Error(`not an image with a tag: "${image}"`);
  return { upstream, repository, tag };
}
