/** What a Key Vault event says, cleaned; only a hint: the secret is always read again. */
export interface SecretEvent {
  readonly type: "SecretNearExpiry" | "SecretExpired" | "SecretNewVersionCreated";
  /** Name of the vault, lower case. */
  readonly vault: string;
  /** Host of the vault, as the event's Id has it: "contoso.vault.azure.net". */
  readonly host?: string | undefined;
  /** Name of the secret, lower case. */
  readonly secret: string;
  readonly version?: string | undefined;
}
