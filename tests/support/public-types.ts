import { dirname, resolve } from "node:path";
import ts from "typescript-5";

/**
 * Types that the declarations of some entries use and that none of them exports, as
 * `name (file, used by ...)`. They are what a library's declarations would have to name.
 *
 * @param entries paths of declaration files
 */
export function unexportedTypes(entries: readonly string[]): readonly string[] {
  const program = ts.createProgram([...entries], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    strict: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const own = dirname(resolve(entries[0] ?? ""));
  const exported = new Set<ts.Symbol>();
  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${entry} is no module`);
    for (const symbol of checker.getExportsOfModule(module)) exported.add(original(symbol));
  }
  const found = new Map<ts.Symbol, string>();
  const seen = new Set<ts.Symbol>();
  const visit = (symbol: ts.Symbol) => {
    if (seen.has(symbol)) return;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) look(declaration, symbol.name);
  };
  const look = (node: ts.Node, user: string): void => {
    if (ts.isIdentifier(node) && isTypeName(node)) {
      const used = checker.getSymbolAtLocation(node);
      const target = used && original(used);
      const file = target?.declarations?.[0]?.getSourceFile().fileName;
      if (target && file?.startsWith(own) && isNamed(target)) {
        if (!exported.has(target) && !isInner(target)) {
          const place = file.slice(own.length + 1);
          if (!found.has(target)) found.set(target, `${target.name} (${place}, used by ${user})`);
        }
        visit(target);
      }
    }
    if (!isHidden(node)) ts.forEachChild(node, (child) => look(child, user));
  };
  for (const symbol of [...exported]) visit(symbol);
  return [...found.values()].toSorted();

  function original(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** Private members have no type in a declaration file but their name. */
function isHidden(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  );
}

/** Whether an identifier names a type, in a type or after `extends`. */
function isTypeName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    ts.isTypeReferenceNode(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isImportTypeNode(parent)
  );
}

/**
 * Whether nobody could name a type: an alias that its own file keeps to itself, which stands for what
 * it is made of.
 */
function isInner({ declarations = [] }: ts.Symbol): boolean {
  return declarations.every(
    (one) =>
      ts.isTypeAliasDeclaration(one) &&
      !(ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Export),
  );
}

/** What has a declaration of its own: no type parameter, no member. */
function isNamed({ flags }: ts.Symbol): boolean {
  const named =
    ts.SymbolFlags.Interface |
    ts.SymbolFlags.TypeAlias |
    ts.SymbolFlags.Class |
    ts.SymbolFlags.Enum;
  return (flags & named) !== 0;
}
