/** Whether a tag matches; tags are compared with their case. */
export type TagTest = (tag: string) => boolean;

/** A pattern made ready, or a sentence that says what is wrong with it and how to write it. */
export type Compiled =
  | { readonly kind: "test"; readonly test: TagTest }
  | { readonly kind: "problem"; readonly problem: string };

export function tagTest(test: TagTest): Compiled {
  return { kind: "test", test };
}

export function problem(sentence: string): Compiled {
  return { kind: "problem", problem: sentence };
}
