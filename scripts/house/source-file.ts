import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Expression, type FunctionBody, parseSync, type Statement, Visitor } from "oxc-parser";

/** One source file, as far as the figures of the house need it. */
export interface SourceFile {
  /** Relative to the root of the sources, with `/`. */
  readonly path: string;
  readonly lines: number;
  /** Lines that hold a comment, alone or beside code. */
  readonly commentLines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly TopLevelFunction[];
  /** Names of the interfaces and type aliases that the file declares and exports. */
  readonly exportedTypes: readonly string[];
}

/** A file that another one imports or re-exports from. */
export interface Import {
  readonly to: string;
  /** `lazy` is `import()`; `type` leaves nothing at run time. */
  readonly kind: "value" | "type" | "lazy";
  /** The names as the other file exports them; `all` for a namespace and for `export *`. */
  readonly names: readonly string[] | "all";
}

/** A function that a file declares outside all others. */
export interface TopLevelFunction {
  readonly name: string;
  readonly line: number;
  readonly exported: boolean;
  /** The text between its braces or behind its arrow, every white space as one blank. */
  readonly body: string;
}

/** Reads the sources of a folder, tests left out. */
export function readSources(folder: string): readonly SourceFile[] {
  return filesIn(folder)
    .filter((path) => !path.endsWith(".test.ts"))
    .map((path) => parseSource(path, readFileSync(join(folder, path), "utf8")));
}

/** Folders of a repository, beside `src`, whose files import from it. */
const AROUND = ["tests", "bench", "scripts"];

/** Reads the tests beside the sources and the folders around them; paths are relative to `src` too. */
export function readAround(repository: string): readonly SourceFile[] {
  const besides = filesIn(join(repository, "src")).filter((path) => path.endsWith(".test.ts"));
  const folders = AROUND.flatMap((folder) =>
    filesIn(join(repository, folder)).map((path) => `../${folder}/${path}`),
  );
  return [...besides, ...folders].map((path) => {
    const file = parseSource(path, readFileSync(join(repository, "src", path), "utf8"));
    const imports = file.imports.map((one) => ({ ...one, to: one.to.replace("../src/", "") }));
    return { ...file, imports };
  });
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.includes("node_modules/"))
    .sort();
}

/** Reads one source file. A syntax error throws: half a file would give wrong figures. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  const lines = text.replace(/\n$/, "").split("\n");
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  const commented = new Set<number>();
  for (const { start, end } of comments) {
    for (let line = lineAt(start); line <= lineAt(end - 1); line++) {
      if (lines[line - 1]?.trim() !== "") commented.add(line);
    }
  }
  const exported = namesExportedBelow(program.body);
  const declarations = program.body.map(declarationOf);
  const types = declarations.filter(
    ({ node }) => node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration",
  );
  return {
    path,
    lines: text === "" ? 0 : lines.length,
    commentLines: commented.size,
    imports: [...program.body.flatMap(importsOf), ...nestedImports(program)].flatMap((found) =>
      found.to.startsWith(".") ? [{ ...found, to: posix.join(posix.dirname(path), found.to) }] : [],
    ),
    functions: declarations.flatMap(({ node, isExported }) =>
      functionsOf(node).map(({ name, body, start }) => ({
        name,
        line: lineAt(start),
        exported: isExported || exported.has(name),
        body: text.slice(body.start, body.end).replace(/\s+/g, " "),
      })),
    ),
    exportedTypes: types.flatMap(({ node, isExported }) =>
      "id" in node && node.id?.type === "Identifier" && (isExported || exported.has(node.id.name))
        ? [node.id.name]
        : [],
    ),
  };
}

function declarationOf(node: Statement): { node: Statement; isExported: boolean } {
  if (node.type !== "ExportNamedDeclaration" || node.declaration === null) {
    return { node, isExported: false };
  }
  return { node: node.declaration, isExported: true };
}

/** The names of `export { a, type B }`, which stands apart from the declarations. */
function namesExportedBelow(body: readonly Statement[]): ReadonlySet<string> {
  return new Set(
    body.flatMap((node) =>
      node.type === "ExportNamedDeclaration" && node.source === null
        ? node.specifiers.map(({ local }) => nameOf(local))
        : [],
    ),
  );
}

function importsOf(node: Statement): readonly Import[] {
  if (node.type === "ImportDeclaration") {
    const { specifiers } = node;
    const typesOnly =
      node.importKind === "type" ||
      (specifiers.length > 0 &&
        specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type"));
    const names = specifiers.map((one) =>
      one.type === "ImportSpecifier" ? nameOf(one.imported) : one.type,
    );
    return [
      {
        to: node.source.value,
        kind: typesOnly ? "type" : "value",
        names: names.includes("ImportNamespaceSpecifier") ? "all" : names,
      },
    ];
  }
  if (node.type === "ExportAllDeclaration") {
    return [{ to: node.source.value, kind: node.exportKind ?? "value", names: "all" }];
  }
  if (node.type !== "ExportNamedDeclaration" || node.source === null) return [];
  const { specifiers } = node;
  const typesOnly =
    node.exportKind === "type" ||
    (specifiers.length > 0 && specifiers.every(({ exportKind }) => exportKind === "type"));
  return [
    {
      to: node.source.value,
      kind: typesOnly ? "type" : "value",
      names: specifiers.map(({ local }) => nameOf(local)),
    },
  ];
}

/** What is imported inside of code and of types: `import("./a.ts")`, as a value or in a type. */
function nestedImports(program: Parameters<Visitor["visit"]>[0]): readonly Import[] {
  const found: Import[] = [];
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === "Literal" && typeof source.value === "string") {
        found.push({ to: source.value, kind: "lazy", names: [] });
      }
    },
    TSImportType: ({ source, qualifier }) => {
      const names = qualifier?.type === "Identifier" ? [qualifier.name] : [];
      found.push({ to: source.value, kind: "type", names });
    },
  }).visit(program);
  return found;
}

interface NamedBody {
  readonly name: string;
  readonly start: number;
  readonly body: FunctionBody | Expression;
}

function functionsOf(node: Statement): readonly NamedBody[] {
  if (node.type === "FunctionDeclaration") {
    return node.id && node.body ? [{ name: node.id.name, start: node.start, body: node.body }] : [];
  }
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init, start }) => {
    const isFunction =
      init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
    if (!isFunction || id.type !== "Identifier" || init.body === null) return [];
    return [{ name: id.name, start, body: init.body }];
  });
}

function nameOf(name: { type: "Identifier"; name: string } | { type: "Literal"; value: unknown }) {
  return name.type === "Identifier" ? name.name : String(name.value);
}
