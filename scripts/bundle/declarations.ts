import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** The declarations that users' compilers read. */
export interface PublicDeclarations {
  /** Relative to their folder. */
  readonly files: ReadonlySet<string>;
  /** What they import beside each other: names of packages, or of their parts, by the first importer. */
  readonly packages: ReadonlyMap<string, string>;
}

/**
 * Follows the imports of declarations.
 *
 * @param entries the declarations that `package.json` names, relative to the folder
 */
export function publicDeclarations(folder: string, entries: readonly string[]): PublicDeclarations {
  const files = new Set(entries);
  const packages = new Map<string, string>();
  for (const file of files) {
    for (const name of importedNames(readFileSync(posix.join(folder, file), "utf8"))) {
      if (name.startsWith(".")) files.add(declarationOf(posix.join(posix.dirname(file), name)));
      else if (!packages.has(name)) packages.set(name, file);
    }
  }
  return { files, packages };
}

/** The declarations beside a module, whose imports are written as `./a.ts` or `./a.js`. */
function declarationOf(module: string): string {
  return module.replace(/(?:\.d)?\.[jt]s$/, ".d.ts");
}

/** What a declaration names in `import`, `export ... from` and `import("...")`. */
export function importedNames(text: string): readonly string[] {
  const { program, errors } = parseSync("a.d.ts", text);
  if (errors[0]) throw new Error(errors[0].message);
  const names: string[] = [];
  new Visitor({
    ImportDeclaration: ({ source }) => names.push(source.value),
    ExportNamedDeclaration: ({ source }) => source && names.push(source.value),
    ExportAllDeclaration: ({ source }) => names.push(source.value),
    TSImportType: ({ source }) => names.push(source.value),
  }).visit(program);
  return names;
}
