/** Whether ACR wants a credential set for an upstream (DOCS/overview, 2026-06; facts/acr.md section 3). */
export type Need = "required" | "none" | "optional";

const supported: Readonly<Record<string, Need>> = {
  "docker.io": "required",
  "mcr.microsoft.com": "none",
  "quay.io": "optional",
  "ghcr.io": "optional",
  "registry.k8s.io": "optional",
  "gcr.io": "optional",
  "eu.gcr.io": "optional",
  "us.gcr.io": "optional",
  "asia.gcr.io": "optional",
  "public.ecr.aws": "none",
  "nvcr.io": "optional",
  "dhi.io": "required",
  "registry.redhat.io": "required",
  "registry.access.redhat.com": "none",
};

/** As the message of `UpstreamNotSupported` lists them. */
export const supportedList = [...Object.keys(supported), "*.pkg.dev", "*.azurecr.io"].join(", ");

/** Undefined when ACR does not support the host. */
export function needOf(host: string): Need | undefined {
  if (/.\.(pkg\.dev|azurecr\.io)$/.test(host)) return "required";
  return supported[host];
}
