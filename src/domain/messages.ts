/* What is sent through the queues. Each only names what to look at; the tables say what to do. */

export type WorkMessage = {
  readonly kind: "converge-rule";
  readonly registry: string;
  readonly name: string;
};

export type RefreshMessage =
  /** Finds the repositories of a refresh on demand. */
  | { readonly kind: "plan-refresh"; readonly registry: string; readonly refresh: string }
  | {
      readonly kind: "refresh-repository";
      readonly registry: string;
      readonly repository: string;
      /** Id of the refresh on demand it is for; absent: the schedule's. */
      readonly refresh?: string | undefined;
      /** The catalog it was found in was not whole, so nothing may be purged. */
      readonly partialCatalog?: true | undefined;
    };

export type RotationMessage = {
  readonly kind: "rotate-credential-set";
  readonly registry: string;
  /** Name of the credential set. */
  readonly name: string;
};
