/** Of Docker's tokens; no secret. */
const publicPrefix = /^dckr_[po]at_/;
const pieceLength = 10;

/**
 * Pieces by which a secret is found in a text, whole or cut: its beginning, middle and end, and those of its base64, at whichever of
 * three places in a longer text it stood when that was encoded. What is public of it, or too short to tell anything, gives none.
 */
export function formsOf(secret: string): readonly string[] {
  const own = secret.replace(publicPrefix, "");
  const encoded = [0, 1, 2].map((shift) => {
    const whole = own.length - ((own.length - shift) % 3);
    return Buffer.from(own.slice(shift, whole)).toString("base64");
  });
  return [own, ...encoded].flatMap(pieces);
}

function pieces(text: string): readonly string[] {
  if (text.length < pieceLength) return [];
  const middle = Math.floor((text.length - pieceLength) / 2);
  return [0, middle, text.length - pieceLength].map((at) => text.slice(at, at + pieceLength));
}
