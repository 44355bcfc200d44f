/** A fenced block, of TypeScript or of no named language. */
const FENCED = /^```(?:ts|typescript|js|javascript)?[ \t]*\r?\n([\s\S]*?)^```[ \t]*$/gim;

/** What a model exports although it was told not to: the file around it does that. */
const EXPORT = /^export (?=(?:async |function|const|let|class|type|interface)\b)/gm;

/** The code in a model's answer: the longest fenced block, or all of it where there is none. */
export function readCode(answer: string): string {
  const blocks = [...answer.matchAll(FENCED)].map(([, block = ""]) => block);
  const [longest = answer] = blocks.sort((left, right) => right.length - left.length);
  return longest
    .replaceAll("\r\n", "\n")
    .replace(EXPORT, "")
    .replace(/[ \t]+$/gm, "")
    .trim();
}
