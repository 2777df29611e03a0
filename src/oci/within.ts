import { unavailable } from "./failure.ts";

/** A question takes several exchanges, each with a time of its own; all of them together have this one. */
export async function within<T>(seconds: number, work: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(unavailable(`${name} took longer than ${seconds} s in all.`));
    timer = setTimeout(fail, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
