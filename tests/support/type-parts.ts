import ts from "typescript-5";

/**
 * The exports that each export of a module is made of: those that its declaration names, or that a type
 * names which it names and nobody exports.
 *
 * @param entry path of a declaration file
 */
export function partsOfExports(entry: string): ReadonlyMap<string, ReadonlySet<string>> {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${entry} is no module`);
  const names = new Map<ts.Symbol, string>();
  for (const symbol of checker.getExportsOfModule(module)) names.set(original(symbol), symbol.name);

  const parts = new Map<string, ReadonlySet<string>>();
  for (const [symbol, name] of names) {
    const found = new Set<string>();
    const seen = new Set<ts.Symbol>();
    const visit = (of: ts.Symbol): void => {
      if (seen.has(of)) return;
      seen.add(of);
      for (const declaration of of.declarations ?? []) look(declaration);
    };
    const look = (node: ts.Node): void => {
      const used = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      const target = used && original(used);
      const part = target && names.get(target);
      if (part !== undefined && part !== name) found.add(part);
      else if (target && isTypeOfOurs(target)) visit(target);
      ts.forEachChild(node, look);
    };
    visit(symbol);
    parts.set(name, found);
  }
  return parts;

  function original(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** A type that stands in the package itself. */
function isTypeOfOurs({ flags, declarations }: ts.Symbol): boolean {
  const isType = (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0;
  const file = declarations?.[0]?.getSourceFile().fileName ?? "";
  return isType && !file.includes("/node_modules/");
}
