/** The characters that every control sequence begins with. */
const INTRODUCERS = ["\u001b", "\u009b"];

/** What commander needs of `node:util`; importing the module itself opens all its lazy parts. */
export function stripVTControlCharacters(text: string): string {
  if (!INTRODUCERS.some((one) => text.includes(one))) return text; // our own help, which is to be there at once
  return process.getBuiltinModule("node:util").stripVTControlCharacters(text);
}
