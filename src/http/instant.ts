import * as z from "zod";

/** An instant with any offset, kept as UTC with milliseconds so that it compares as text. */
export const instant = z.iso
  .datetime({ offset: true, error: 'Must be an instant such as "2027-01-31T00:00:00Z".' })
  .max(40)
  .transform((text, context) => {
    const utc = new Date(text).toISOString();
    // Five-digit years carry a sign, and would compare as earlier than all others.
    if (!/^\d/.test(utc))
      context.issues.push({
        code: "custom",
        input: text,
        message: "Must lie in the years 0 to 9999.",
      });
    return utc;
  });
