/**
 * A value that must never be printed. Every way JavaScript turns a value into text
 * (`String`, template, JSON, `util.inspect`) yields "[secret]"; only `reveal` gives the value.
 */
export interface Secret {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

const hidden = "[secret]";

/** Wraps a value; the value lives in a closure, so no inspection of the object finds it. */
export function secret(value: string): Secret {
  return Object.freeze({
    reveal: () => value,
    toString: () => hidden,
    toJSON: () => hidden,
  });
}
