import { readFileSync } from "node:fs";
import { createRequire, setSourceMapsSupport } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { stripTypes } from "../../host/strip-types.ts";

/** JavaScript that Node can run, with the format in which it runs it. */
export interface CodeSource {
  readonly format: "module" | "commonjs";
  readonly source: string;
}

/** How a file of code is read. */
interface CodeReading {
  /** Whether its package says `"type": "module"`: for files whose syntax says nothing. */
  readonly isModulePackage: boolean;
  /** Whether TypeScript is transformed in any case: that leaves out imports of types. */
  readonly transforms: boolean;
}

const TYPESCRIPT = /^\.[cm]?ts$/;

/**
 * Reads a file of code. Its syntax decides what it is, not the `type` of its package: `import` and
 * `export` make a module, as they do for a bundler or a test runner. A module may use `require` and
 * `__dirname` all the same, as TypeScript for CommonJS does.
 *
 * @returns undefined for a file that does not parse, whose error Node tells best
 */
export function readCode(url: string, reading: CodeReading): CodeSource | undefined {
  const path = fileURLToPath(url);
  const text = readFileSync(path, "utf8");
  const source = TYPESCRIPT.test(extname(path)) ? javaScriptOf(text, path, reading) : text;
  if (source === undefined) return undefined;
  switch (syntaxOf(source, text, path)) {
    case "module":
      return { format: "module", source: withCommonJsNames(source) };
    case "commonjs":
      // Node takes the word of the package for a file that is required.
      return reading.isModulePackage && !/\.c[jt]s$/.test(path)
        ? { format: "module", source: asModule(source) }
        : { format: "commonjs", source };
    case "either":
      return { format: reading.isModulePackage ? "module" : "commonjs", source };
    case "broken":
      return undefined;
  }
}

function javaScriptOf(text: string, path: string, { transforms }: CodeReading): string | undefined {
  try {
    const stripped = stripTypes(text);
    return transforms ? transformed(text, path) : stripped;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") return transformed(text, path);
    if (code === "ERR_INVALID_TYPESCRIPT_SYNTAX") return undefined;
    throw error;
  }
}

/** What is used of esbuild. */
interface Transformer {
  transformSync(text: string, options: object): { readonly code: string };
}

/** Comes with tsx. It is loaded where a file needs it and not before. */
let transformer: Transformer | undefined;

/** TypeScript as JavaScript, with its source map. */
export function transformed(text: string, path: string): string {
  transformer ??= createRequire(import.meta.resolve("tsx/package.json"))("esbuild") as Transformer;
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  const { code } = transformer.transformSync(text, {
    loader: "ts",
    format: "esm",
    platform: "node",
    target: "node22",
    sourcefile: path,
    sourcemap: "inline",
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, verbatimModuleSyntax: false } },
  });
  return code;
}

/** What V8 says of the syntax of modules in a function. */
const MODULE_SYNTAX =
  /^Cannot use (?:import statement|'import\.meta') outside a module|^Unexpected token 'export'|^await is only valid in|^Identifier '(?:__filename|__dirname|require|module|exports)' has already been declared/;

/** What only CommonJS has. */
const COMMONJS_SYNTAX = /\brequire\s*\(|\bmodule\.exports\b|\bexports\.[\w$]+\s*=/;

/** What makes TypeScript a module, also where nothing is left of it without its types. */
const TYPE_SYNTAX = /^[ \t]*(?:export|import)\s+(?:type|interface|declare)\b/m;

/** @param written the source before types were taken out */
function syntaxOf(
  source: string,
  written: string,
  path: string,
): "module" | "commonjs" | "either" | "broken" {
  if (/\.m[jt]s$/.test(path)) return "module";
  try {
    compileFunction(source, ["exports", "require", "module", "__filename", "__dirname"]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return MODULE_SYNTAX.test(error.message) ? "module" : "broken";
  }
  if (COMMONJS_SYNTAX.test(source)) return "commonjs";
  return source !== written && TYPE_SYNTAX.test(written) ? "module" : "either";
}

const COMMONJS_EXPORT = /\bexports\.([A-Za-z_$][\w$]*)\s*=(?!=)/g;

/** CommonJS as a module, on the same lines. What it exports by name is known by a look at the text. */
function asModule(source: string): string {
  const names = new Set([...source.matchAll(COMMONJS_EXPORT)].map(([, name = ""]) => name));
  names.delete("default");
  const exported = [...names].map(
    (name, index) =>
      `const __${index} = __module.exports[${JSON.stringify(name)}]; export { __${index} as ${name} };`,
  );
  return [
    "const __module = { exports: {} }; (function (exports, require, module, __filename, __dirname) {",
    ` ${source}\n}).call(__module.exports, __module.exports, ${REQUIRE}, __module, import.meta.filename,`,
    " import.meta.dirname); const __exports = __module.exports;",
    ` export { __exports as default, __exports as "module.exports" }; ${exported.join(" ")}`,
  ].join("");
}

const REQUIRE = "process.getBuiltinModule('node:module').createRequire(import.meta.url)";

/** Gives a module the names of CommonJS that it uses, on its first line, so that lines stay. */
function withCommonJsNames(source: string): string {
  if (source.startsWith("#!")) return source;
  const needed = [...NAMES].flatMap(([name, code]) => (isFree(name, source) ? [code] : []));
  return needed.length === 0 ? source : `${needed.join(" ")} ${source}`;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["__filename", "const __filename = import.meta.filename;"],
  ["__dirname", "const __dirname = import.meta.dirname;"],
  ["require", `const require = ${REQUIRE};`],
]);

/** Whether a source uses a name and declares it nowhere, as far as a look at the text tells. */
function isFree(name: string, source: string): boolean {
  const used = new RegExp(`(?<![.\\w$])${name}\\b`).test(source);
  const declared = new RegExp(
    `(?:\\b(?:const|let|var|function|class)\\s+|\\bimport\\b[^;'"]*?[\\s{,])${name}\\b`,
  );
  return used && !declared.test(source);
}
