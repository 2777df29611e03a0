/** The queue of work on rules: the outbox writes it, the worker's trigger reads it. */
export const ruleWorkQueue = "rule-work";

/** The setting (or, with identity, the prefix of the settings) that names the storage account, as triggers want it. */
export const storageConnection = "LarderStorage";
