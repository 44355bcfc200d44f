// Bundles the sources into few files, so that the command starts fast, and writes the types.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { type RolldownOutput, rolldown } from "rolldown";
import { builtinName, builtinStandIn } from "./bundle/builtins.ts";
import { publicDeclarations } from "./bundle/declarations.ts";
import { type BundleGroup, groupFinder, groupProblems, type Ways } from "./bundle/groups.ts";
import { PUBLISHED_SCHEMAS } from "./published-schemas.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  exports: Record<string, string | { types: string }>;
};
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
  packages: Record<string, { version: string } | undefined>;
};
/** Left to Node, when our own sources import them. All else that they import goes into the bundle. */
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

/** Names stay, for stacks. */
const SDK_SIZE = { minifyWhitespace: true, minifySyntax: true } as const;

const NOT_ASCII = /[^\0-\x7f]/;

/** What the names of modules that stand for modules of Node begin with. */
const BUILTIN = "\0builtin:";

/** Where the uses of the package start. */
const WAYS: Ways = {
  help: { from: ["src/cli/start.ts"] },
  run: { from: ["src/cli/run/run-command.ts"] },
  import: { from: ["src/index.ts"] },
  program: { from: ["src/api/opened-project.ts"] },
  later: { from: ["src/index.ts"], lazily: true },
  test: { from: ["src/cli/commands/test.ts", "src/testing/vitest/run/run-tests.ts"] },
  cases: { from: ["src/testing/vitest/cases/tests-of-cases.ts"] },
  certificate: { from: ["src/certificate/read-certificate.ts"] },
  anthropic: { from: ["src/providers/anthropic/transport.ts"] },
  "anthropic later": { from: ["src/providers/anthropic/transport.ts"], lazily: true },
  openai: { from: ["src/providers/wire/client/openai-client.ts"] },
  "mcp client": { from: ["src/toolsets/mcp/mcp-session.ts"] },
  "mcp server": { from: ["src/mcp-server/serve-mcp.ts"] },
  "mcp server over http": { from: ["src/mcp-server/http/client-sessions.ts"] },
};

/**
 * What is always needed together is one file: to find and link a hundred takes longer than to read
 * them. What programs may come to load is in files without the command and without the test runner: a
 * bundler takes each as a whole, with all that it imports.
 */
const GROUPS: readonly BundleGroup[] = [
  { name: "base", of: ["help", "later"] },
  { name: "command", of: ["help"] },
  { name: "import", of: ["import", "run"] },
  { name: "shared", of: ["test", "later"] },
  { name: "run", of: ["run", "program"] },
  { name: "test", of: ["test"] },
  { name: "certificate", of: ["certificate"] },
  { name: "case-parts", of: ["cases", "later"] },
  { name: "cases", of: ["cases"] },
  { name: "run-command", of: ["run"] },
  // SDKs are files of their own, which are loaded with the first request and can be told by their names.
  { name: "anthropic-sdk", of: ["anthropic"], only: "packages" },
  { name: "anthropic-late-sdk", of: ["anthropic later"], only: "packages" },
  { name: "openai-sdk", of: ["openai"], only: "packages" },
  { name: "mcp-sdk", of: ["mcp client", "mcp server"], only: "packages" },
  { name: "mcp-client-sdk", of: ["mcp client"], only: "packages" },
  { name: "mcp-server-sdk", of: ["mcp server"], only: "packages" },
  { name: "mcp-http-sdk", of: ["mcp server over http"], only: "packages" },
];

// Built beside and moved into place, so that a command that runs meanwhile finds all its files.
const next = `${root}dist.next-${process.pid}`;
let groupOf: (id: string) => string | undefined = () => undefined;
const bundle = await rolldown({
  cwd: root,
  platform: "node",
  transform: { target: "node22.18" }, // the oldest that package.json admits
  plugins: [
    {
      name: "stand-ins",
      resolveId(id, importer, { kind }) {
        const file = standInOf(id, importer);
        if (file !== undefined) return file;
        const name =
          kind === "import-statement" && isStarted(importer) ? builtinName(id) : undefined;
        return name === undefined ? undefined : BUILTIN + name;
      },
      transform(code, id) {
        if (id.startsWith(`${root}src/`)) return withRequires(code);
        return id.includes("/node_modules/yaml/") ? withBuiltins(code) : undefined;
      },
      load: (id) => (id.startsWith(BUILTIN) ? builtinStandIn(id.slice(BUILTIN.length)) : undefined),
    },
    {
      name: "groups",
      buildEnd() {
        const importsOf = (id: string) => {
          const info = this.getModuleInfo(id);
          return {
            statically: info?.importedIds ?? [],
            lazily: info?.dynamicallyImportedIds ?? [],
          };
        };
        groupOf = groupFinder({ ways: WAYS, groups: GROUPS }, root, importsOf);
      },
    },
  ],
  input: {
    index: "src/index.ts",
    "bin/llm-do": "src/bin/llm-do.ts",
    testing: "src/testing/index.ts",
    vitest: "src/testing/vitest/index.ts",
    "vitest/config": "src/testing/vitest/config.ts",
    "vitest/register-cases": "src/testing/vitest/register-cases.ts",
  },
  external: (id, importer) => isOurs(importer) && isInstalled(id),
  treeshake: { propertyReadSideEffects: false }, // for the stand-ins
});
const { output } = await bundle.write({
  dir: next,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  comments: { jsdoc: false }, // they are with the types
  codeSplitting: {
    groups: GROUPS.map(({ name }) => ({ name, test: (id) => groupOf(id) === name })),
  },
});
await bundle.close();
const chunks = output.filter((file) => file.type === "chunk");
const problems = groupProblems({ ways: WAYS, groups: GROUPS }, chunks, root);
if (problems.length > 0) {
  rmSync(next, { recursive: true, force: true });
  throw new Error(`${problems.join("\n")}\nTry: correct WAYS and GROUPS in scripts/build.ts`);
}
for (const [name, schema] of Object.entries(PUBLISHED_SCHEMAS)) {
  writeFileSync(`${next}/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
}
// Nobody reads SDKs here, and blanks are a fifth of them.
for (const { name, fileName, code } of chunks) {
  if (name.endsWith("-sdk")) {
    const options = { ...SDK_SIZE, legalComments: "none", format: "esm" } as const;
    writeFileSync(`${next}/${fileName}`, transformSync(code, options).code);
  } else if (NOT_ASCII.test(code)) writeFileSync(`${next}/${fileName}`, inAscii(code));
}
// Texts that are read and not imported.
cpSync(`${root}src/hardening/shipped`, `${next}/hardening/shipped`, { recursive: true });
writeFileSync(`${next}/THIRD-PARTY-LICENSES.txt`, licensesOf(output));
chmodSync(`${next}/bin/llm-do.js`, 0o755);

const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
  /package\.json$/,
  "bin/tsc",
);
execFileSync(
  process.execPath,
  [tsc, "-p", `${root}tsconfig.types.json`, "--outDir", `${next}/types`],
  { stdio: "inherit" },
);
keepPublicDeclarations(`${next}/types`);
rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(next, `${root}dist`);

/** Internal declarations go: they would name types of bundled packages, which users do not have. */
function keepPublicDeclarations(folder: string): void {
  const entries = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [entry.types.replace("./dist/types/", "")],
  );
  const { files, packages } = publicDeclarations(folder, entries);
  const foreign = [...packages].filter(([name]) => !name.startsWith("node:") && !isInstalled(name));
  if (foreign.length > 0) {
    const told = foreign.map(([name, file]) => `the declarations of ${file} import ${name}`);
    throw new Error(
      `${told.join("\n")}\nTry: a type of our own, since users do not have that package`,
    );
  }
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".d.ts") && !files.has(path)) rmSync(`${folder}/${path}`);
  }
}

/** The licences of the packages whose code went into the bundle. */
function licensesOf(chunks: RolldownOutput["output"]): string {
  const modules = chunks.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  const folders = new Set(
    modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  return [...folders].sort().map(licenseOf).join("\n");
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as {
    name: string;
    version: string;
    license: string;
  };
  const locked = lock.packages[folder.slice(folder.indexOf("/node_modules/") + 1)]?.version;
  if (version !== locked) {
    throw new Error(
      `${name} ${version} is installed, and package-lock.json has ${locked ?? "none"}\nTry: npm ci`,
    );
  }
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8") : "";
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/**
 * One character beyond ASCII doubles the memory of a file and the time that Node takes to read it. They
 * stand in texts and expressions, where each has an escape.
 */
function inAscii(code: string): string {
  return code.replaceAll(new RegExp(NOT_ASCII, "g"), (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * A bundled package brings the packages that it needs along: another version of one may be installed
 * for us, as of `eventsource-parser`.
 */
function isOurs(importer: string | undefined): boolean {
  return !importer?.includes("/node_modules/");
}

/**
 * Our sources and the packages that most starts load. The start of the command asks its Node for its
 * version, so it must run on one that knows nothing of this.
 */
function isStarted(importer = ""): boolean {
  const isOwn = importer.startsWith(`${root}src/`) && !importer.startsWith(`${root}src/bin/`);
  return isOwn || /\/node_modules\/(?:commander|yaml)\//.test(importer);
}

/**
 * The sources require some packages in the middle of work that cannot wait. Bare, the bundler sees
 * these calls and takes the packages along, and so do bundlers of programs that import llm-do.
 */
function withRequires(code: string): string | undefined {
  const declared = /^const require = createRequire\(import\.meta\.url\);$/m;
  return declared.test(code) ? code.replace(declared, "") : undefined;
}

/** CommonJS that requires modules of Node would have every start make a `require` of its own. */
function withBuiltins(code: string): string {
  return code.replace(/\brequire\('(process|buffer)'\)/g, "process.getBuiltinModule('node:$1')");
}

function isInstalled(id: string): boolean {
  return packages.some((name) => id === name || id.startsWith(`${name}/`));
}

/** Modules that the bundle has something smaller for; each file says why. */
function standInOf(id: string, importer: string | undefined): string | undefined {
  const folder = `${root}scripts/bundle/`;
  if (id === "node:process") return `${folder}global-process.ts`;
  if (id === "js-yaml" && importer?.startsWith(`${root}src/`)) return `${folder}yaml-reader.ts`;
  if (!importer?.includes("/node_modules/commander/")) return undefined;
  if (id === "node:child_process") return `${folder}unused-child-process.ts`;
  return id === "node:util" ? `${folder}lazy-util.ts` : undefined;
}
