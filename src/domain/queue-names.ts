/** The queue of work on rules: the outbox writes it, the worker's trigger reads it. */
export const ruleWorkQueue = "rule-work";

/** The queue of repositories to refresh: likewise. */
export const refreshWorkQueue = "refresh-work";

/** The queue of credential sets to work on: likewise. */
export const rotationWorkQueue = "rotation-work";

/** Tries a message has before the host moves it to the poison queue. host.json must say the same. */
export const maxDequeueCount = 5;

/** All of them. */
export const workQueues = [ruleWorkQueue, refreshWorkQueue, rotationWorkQueue] as const;

/** Where the host moves a message after its last try. */
export const poisonQueueOf = (queue: string) => `${queue}-poison`;
