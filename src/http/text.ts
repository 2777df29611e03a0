import * as z from "zod";

/*
 * Control characters, halves of surrogate pairs, noncharacters, and the marks that reverse the
 * direction of text: none has a place in a name or a sentence, and each can hide what is shown.
 */
const plain =
  /^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u;

/** One line of text for people or for a name: 1 to `longest` UTF-16 units, nothing invisible that misleads. */
export function line(longest: number) {
  return z
    .string()
    .min(1, "Must not be empty.")
    .max(longest)
    .regex(plain, "Must be one line without control characters.");
}
