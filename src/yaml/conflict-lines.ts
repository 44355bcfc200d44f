/** Marks that a merge leaves at the beginning of lines. */
const CONFLICT_MARK = /^(?:<{7}|\|{7}|={7}|>{7})(?=[ \n]|$)/m;

/** The lines, from 1, of the first and the last conflict mark of a merge; undefined when there is none. */
export function conflictLines(
  text: string,
): { readonly first: number; readonly last: number } | undefined {
  if (!mayHaveConflict(text)) return undefined;
  const lines = text.split("\n");
  const isMark = (line: string) => CONFLICT_MARK.test(line);
  const first = lines.findIndex(isMark);
  return first < 0 ? undefined : { first: first + 1, last: lines.findLastIndex(isMark) + 1 };
}

/** Looked for before lines are taken apart. */
function mayHaveConflict(text: string): boolean {
  const marks = ["<<<<<<<", ">>>>>>>", "=======", "|||||||"];
  return marks.some((mark) => text.startsWith(mark) || text.includes(`\n${mark}`));
}
