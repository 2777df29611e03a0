/** An answer as far as it matters here. `code`: the header x-ms-error-code. */
interface Refused {
  readonly status: number;
  readonly text: string;
  readonly code: string | null;
}

/** "400 InvalidJson" for an answer in the error shape and of reasonable size; else what is wrong with it. */
export function refusal({ status, text, code }: Refused): string {
  if (status < 400) return `not refused: ${status}`;
  const { error, ...rest } = JSON.parse(text) as { error: { code: string; message: string } };
  if (Object.keys(rest).length > 0) return `more than an error: ${text}`;
  if (error.code !== code) return `header ${code}, body ${error.code}`;
  if (!error.message || error.message.length > 1000) return `message: ${error.message}`;
  if (text.length > 20_000) return `${text.length} characters`;
  return `${status} ${code}`;
}
