// Bundles the sources into few files, so that the command starts fast, and writes the types.
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  dependencies: Record<string, string>;
};
/** Needed at every start: bundled, they are a few files instead of a hundred. */
const BUNDLED = ["commander", "gray-matter", "yaml"];
const packages = Object.keys(manifest.dependencies).filter((name) => !BUNDLED.includes(name));

rmSync(`${root}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  platform: "node",
  input: { index: "src/index.ts", "bin/llm-do": "src/bin/llm-do.ts" },
  external: (id) =>
    builtinModules.includes(id.replace(/^node:/, "")) ||
    packages.some((name) => id === name || id.startsWith(`${name}/`)),
});
await bundle.write({
  dir: `${root}dist`,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
});
await bundle.close();
chmodSync(`${root}dist/bin/llm-do.js`, 0o755);

const tsc = fileURLToPath(import.meta.resolve("typescript/package.json")).replace(
  /package\.json$/,
  "bin/tsc",
);
execFileSync(process.execPath, [tsc, "-p", `${root}tsconfig.types.json`], { stdio: "inherit" });
