/** What JSON with comments is made of; all else is copied. */
const TELLING = /["/,\]}]/g;

/**
 * The JSON of a text that may have comments, and commas before what ends a list or a map. Takes one
 * pass, whatever the text holds.
 */
export function plainJson(text: string): string {
  const pieces: string[] = [];
  /** Where the piece stands that is a comma with nothing but blanks and comments behind it. */
  let comma = -1;
  const copy = (piece: string) => {
    if (/\S/.test(piece)) comma = -1;
    pieces.push(piece);
  };
  let from = 0;
  while (from < text.length) {
    TELLING.lastIndex = from;
    const at = TELLING.exec(text)?.index ?? text.length;
    copy(text.slice(from, at));
    const sign = text[at] ?? "";
    const end = endOfPart(text, at);
    from = end;
    if (sign === "/" && end > at + 1) continue; // a comment
    if ((sign === "]" || sign === "}") && comma >= 0) pieces[comma] = "";
    copy(text.slice(at, end));
    if (sign === ",") comma = pieces.length - 1;
  }
  return pieces.join("");
}

/** The end of the text in quotes or of the comment that begins at an offset; else of the character. */
function endOfPart(text: string, at: number): number {
  if (text[at] === '"') return endOfQuotes(text, at + 1);
  if (text.startsWith("//", at)) return endBehind(text, "\n", at) - 1;
  return text.startsWith("/*", at) ? endBehind(text, "*/", at + 2) : at + 1;
}

function endOfQuotes(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === "\\") at++;
  }
  return text.length;
}

function endBehind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length + 1 : at + mark.length;
}
