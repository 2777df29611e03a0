/** The queue of work on rules: the outbox writes it, the worker's trigger reads it. */
export const ruleWorkQueue = "rule-work";
