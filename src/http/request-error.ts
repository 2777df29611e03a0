import type { Problem } from "../domain/errors.ts";

interface Extras {
  readonly details?: readonly Problem[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request that HTTP itself turns down before the domain is asked: its form, its size, its caller. */
export class RequestError extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly details: readonly Problem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, problem: Problem, extras: Extras = {}) {
    super(`${problem.code}: ${problem.message}`);
    this.name = "RequestError";
    this.status = status;
    this.problem = problem;
    this.details = extras.details ?? [];
    this.headers = extras.headers ?? {};
  }
}
