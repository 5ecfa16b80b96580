/** Windows' Western European encoding. Node's own decoder takes it for Latin-1 in several versions (nodejs/node#56542). */

/** Of the bytes 0x80 to 0x9f; the five that stand for nothing are controls, as everywhere. */
const FROM_80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const PIECE = 8192;

/** The text of bytes in cp1252; every byte stands for a character. */
export function decodeCp1252(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text.replace(/[\u0080-\u009f]/g, (character) => FROM_80[character.charCodeAt(0) - 0x80]!);
}
