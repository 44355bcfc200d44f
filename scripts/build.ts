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
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { type RolldownOutput, rolldown } from "rolldown";
import { type BundleGroup, groupProblems, isIn } from "./bundle/groups.ts";
import { PUBLISHED_SCHEMAS } from "./published-schemas.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};
/** Needed at every start: bundled, they are a few files instead of a hundred. */
const BUNDLED = ["commander", "yaml"];
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(
  (name) => !BUNDLED.includes(name),
);

/**
 * What is always needed together is one file: to find and link a hundred takes longer than to read
 * them. The first group that names a module takes it and all that it imports.
 */
const GROUPS: readonly BundleGroup[] = [
  {
    name: "base",
    files: [
      "src/cli/main.ts",
      "src/cli/program.ts",
      "src/cli/start.ts",
      "src/host/node-host.ts",
      // The words are small, and else stand with what few commands need.
      "src/words/counted.ts",
      "src/words/percent.ts",
    ],
  },
  { name: "test", files: ["src/cli/test-command.ts", "src/testing/vitest/run/run-tests.ts"] },
  { name: "run", files: ["src/project/run/run-project.ts"] },
  { name: "certificate", files: ["src/certificate/read-certificate.ts"] },
  { name: "cases", files: ["src/testing/vitest/cases/tests-of-cases.ts"] },
];

// Built beside and moved into place, so that a command that runs meanwhile finds all its files.
const next = `${root}dist.next-${process.pid}`;
const bundle = await rolldown({
  cwd: root,
  platform: "node",
  transform: { target: "node22.18" }, // the oldest that package.json admits
  plugins: [{ name: "stand-ins", resolveId: (id, importer) => standInOf(id, importer) }],
  input: {
    index: "src/index.ts",
    "bin/llm-do": "src/bin/llm-do.ts",
    testing: "src/testing/index.ts",
    vitest: "src/testing/vitest/index.ts",
    "vitest/config": "src/testing/vitest/config.ts",
    "vitest/register-cases": "src/testing/vitest/register-cases.ts",
  },
  external: (id, importer) =>
    standInOf(id, importer) === undefined &&
    (builtinModules.includes(id.replace(/^node:/, "")) ||
      packages.some((name) => id === name || id.startsWith(`${name}/`))),
});
const { output } = await bundle.write({
  dir: next,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
  comments: { jsdoc: false }, // they are with the types
  codeSplitting: {
    groups: GROUPS.map((group) => ({ name: group.name, test: isIn(group, root) })),
  },
});
await bundle.close();
const chunks = output.filter((file) => file.type === "chunk");
const problems = groupProblems(GROUPS, chunks, root);
if (problems.length > 0) {
  rmSync(next, { recursive: true, force: true });
  throw new Error(`${problems.join("\n")}\nTry: correct GROUPS in scripts/build.ts`);
}
for (const [name, schema] of Object.entries(PUBLISHED_SCHEMAS)) {
  writeFileSync(`${next}/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
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
rmSync(`${root}dist`, { recursive: true, force: true });
renameSync(next, `${root}dist`);

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
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8") : "";
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** Modules that the bundle has something smaller for; each file says why. */
function standInOf(id: string, importer: string | undefined): string | undefined {
  const folder = `${root}scripts/bundle/`;
  if (id === "node:process") return `${folder}global-process.ts`;
  if (!importer?.includes("/node_modules/commander/")) return undefined;
  if (id === "node:child_process") return `${folder}unused-child-process.ts`;
  return id === "node:util" ? `${folder}lazy-util.ts` : undefined;
}
