import { readFileSync } from "node:fs";
import type { LoadHookContext } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OWN_FOLDER } from "../errors/own-frames.ts";
import { lazily } from "../host/lazily.ts";
import { fileOfPath } from "./code-resolution.ts";
import { type CodeSource, readCode } from "./code-source.ts";
import { fileByTsconfig } from "./tsconfig-paths.ts";

/** Marks the files of a project whose TypeScript is transformed in any case. */
const TRANSFORMS = "llm-do-transforms";

/** Code of a project: what {@link ownCode} named, and what that imports. */
const own = new Set<string>();

/**
 * Lets Node load a project's code the way a test runner does, whatever its package.json says: see
 * `readCode` for formats, `fileOfPath` and `fileByTsconfig` for imports. Concerns the files that
 * {@link ownCode} names and those that they import, outside of `node_modules`.
 */
export const installCodeHooks = lazily(registerCodeHooks);

/** The URL under which a file is loaded by the hooks. */
export function ownCode(path: string, { transforms }: { readonly transforms: boolean }): string {
  const url = `${pathToFileURL(path).href}${transforms ? `?${TRANSFORMS}` : ""}`;
  own.add(url);
  return url;
}

async function registerCodeHooks(): Promise<void> {
  const { registerHooks } = await import("node:module");
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const parent = context.parentURL;
      if (parent === undefined || !own.has(parent)) return nextResolve(specifier, context);
      const found = resolveOwn(specifier, parent, () => nextResolve(specifier, context));
      if (!isCode(found.url)) return found;
      const url = found.url.includes("?") ? found.url : `${found.url}${new URL(parent).search}`;
      own.add(url);
      return { ...found, url };
    },
    load(url, context, nextLoad) {
      if (!own.has(url)) return nextLoad(url, context);
      const code = url.endsWith(".json") ? jsonModule(url, context) : codeAt(url, context);
      return code ? { ...code, shortCircuit: true } : nextLoad(url, context);
    },
  });
}

type Resolved = ReturnType<Parameters<NonNullable<ResolveHook>>[2]>;
type ResolveHook = NonNullable<
  Parameters<typeof import("node:module").registerHooks>[0]["resolve"]
>;

function resolveOwn(specifier: string, parent: string, resolveNext: () => Resolved): Resolved {
  const mapped = fileByTsconfig(specifier, fileURLToPath(parent));
  if (mapped) return { url: pathToFileURL(mapped).href, shortCircuit: true };
  try {
    return resolveNext();
  } catch (error) {
    const url = fileOfPath(specifier, parent);
    if (url === undefined) throw error;
    return { url, shortCircuit: true };
  }
}

/** Whether a URL is that of a file of code that nobody installed; our own is built already. */
function isCode(url: string): boolean {
  return (
    url.startsWith("file:") &&
    !url.includes("/node_modules/") &&
    !url.startsWith(OWN_FOLDER.href) &&
    /\.(?:[cm]?[jt]s|json)(?:\?|$)/.test(url)
  );
}

function codeAt(url: string, context: LoadHookContext): CodeSource | undefined {
  return readCode(url, {
    isModulePackage: context.format?.startsWith("module") ?? false,
    transforms: new URL(url).search === `?${TRANSFORMS}`,
  });
}

/** Node wants an attribute on imports of JSON, and others do not. */
function jsonModule(url: string, context: LoadHookContext): CodeSource | undefined {
  const isAsNodeWants = context.importAttributes["type"] === "json";
  if (isAsNodeWants || context.conditions.includes("require")) return undefined;
  const value: unknown = JSON.parse(readFileSync(fileURLToPath(url), "utf8"));
  return { format: "module", source: `export default ${JSON.stringify(value)};` };
}
