/** What commander needs of `node:util`; importing the module itself opens all its lazy parts. */
export function stripVTControlCharacters(text: string): string {
  return process.getBuiltinModule("node:util").stripVTControlCharacters(text);
}
