import type { House } from "./figure.ts";

/** An exported type that no other file imports or re-exports, be it a test. */
export interface UnnamedType {
  readonly path: string;
  readonly name: string;
}

/**
 * The exported interfaces and type aliases that no other file names. Types of a public entry are
 * named by its users.
 */
export function unnamedTypes({ files, around, publicEntries }: House): readonly UnnamedType[] {
  const named = new Set<string>();
  for (const { imports } of [...files, ...around]) {
    for (const { to, names } of imports) {
      for (const name of names === "all" ? ["*"] : names) named.add(`${to} ${name}`);
    }
  }
  return files
    .filter(({ path }) => !publicEntries.includes(path) && !named.has(`${path} *`))
    .flatMap(({ path, exportedTypes }) => exportedTypes.map((name) => ({ path, name })))
    .filter(({ path, name }) => !named.has(`${path} ${name}`));
}

/** The sources of the entries that `exports` of a package.json names, relative to `src`. */
export function publicEntriesOf(manifest: { readonly exports: object }): readonly string[] {
  return Object.values(manifest.exports).flatMap((entry: unknown) => {
    const types = typeof entry === "object" && entry !== null && "types" in entry && entry.types;
    const found = /^\.\/dist\/types\/(.*)\.d\.ts$/.exec(typeof types === "string" ? types : "");
    return found ? [`${found[1]}.ts`] : [];
  });
}
