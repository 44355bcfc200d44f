/** Words of code that are no comment, no text and no import. */
const NO_USE = /^import [\s\S]*?;$|\/\/.*$|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"/gm;

/**
 * The exports of a module that programs use: those that they import by name and name again, and
 * interfaces of the module that they add to.
 *
 * @param module as in `from "llm-do"`
 */
export function usedExports(programs: readonly string[], module: string): ReadonlySet<string> {
  const used = new Set<string>();
  const imports = new RegExp(`^import (type )?\\{([^}]*)\\} from "${module}";$`, "gm");
  const additions = new RegExp(`^declare module "${module}" \\{\\n([\\s\\S]*?)^\\}`, "gm");
  for (const text of programs) {
    const words = new Set(text.replace(NO_USE, "").match(/[\w$]+/g));
    for (const [, , list = ""] of text.matchAll(imports)) {
      for (const item of list.split(",")) {
        const name = item.trim().replace(/^type /, "");
        if (words.has(name)) used.add(name);
      }
    }
    for (const [, body = ""] of text.matchAll(additions)) {
      for (const [, name = ""] of body.matchAll(/^ {2}interface (\w+)/gm)) used.add(name);
    }
  }
  return used;
}
