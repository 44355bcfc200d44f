import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LoadHookContext } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { OWN_FOLDER, ownFrames } from "../../errors/own-frames.ts";
import type { Place } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { lazily } from "../../host/lazily.ts";
import { fileByTsconfig, fileOfPath } from "./code-resolution.ts";
import { type CodeSource, readCode } from "./code-source.ts";
import { installFallbackResolution } from "./package-resolution.ts";

/** What a code file exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/**
 * Imports a code file: as the host does, else by Node with the hooks of {@link installCodeHooks}, so
 * that what a test runner loads is loaded here.
 *
 * @param path absolute path
 * @throws LlmDoError `code` with the file's own line when it does not parse or throws
 */
export async function loadCodeFile(
  path: string,
  { importCode }: Pick<Host, "importCode">,
): Promise<Exports> {
  return importCode ? await imported(path, importCode) : await importNatively(path);
}

async function imported(
  path: string,
  importCode: NonNullable<Host["importCode"]>,
): Promise<Exports> {
  try {
    return await importCode(path);
  } catch (error) {
    throw loadFailed(path, error);
  }
}

async function importNatively(path: string): Promise<Exports> {
  await installFallbackResolution();
  await installCodeHooks();
  try {
    return exportsOf(await import(ownCode(path, { transforms: false })));
  } catch (error) {
    if (!isLinkError(error)) {
      throw loadFailed(path, await placedSyntaxError(pathToFileURL(path).href, error));
    }
  }
  // Node leaves imports of types in the code where "type" is not written, and then misses them.
  try {
    return exportsOf(await import(ownCode(path, { transforms: true })));
  } catch (error) {
    throw loadFailed(path, error);
  }
}

/** What a file exports, also where it is CommonJS whose exports Node does not find by a look at it. */
function exportsOf(namespace: Exports): Exports {
  const whole = namespace["module.exports"];
  return typeof whole === "object" && whole !== null ? { ...whole } : namespace;
}

/**
 * Node tells programs the line of a syntax error in TypeScript only, so JavaScript that does not
 * parse is parsed once more as that. It cannot run: what failed to link fails again.
 */
async function placedSyntaxError(url: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SyntaxError) || ownFrames(error).length > 0) return error;
  const { registerHooks } = await import("node:module");
  const hooks = registerHooks({
    load(loaded, context, nextLoad) {
      const isJavaScript =
        (context.format ?? "module") === "module" && !loaded.includes("/node_modules/");
      return nextLoad(loaded, isJavaScript ? { ...context, format: "module-typescript" } : context);
    },
  });
  try {
    await import(`${url}?typescript`);
  } catch (again) {
    if (again instanceof SyntaxError) return again;
  } finally {
    hooks.deregister();
  }
  return error;
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

const MISSING: readonly unknown[] = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"];

function loadFailed(path: string, error: unknown): LlmDoError {
  const message = messageOf(error).split("\n", 1)[0] ?? "";
  const missing = MISSING.includes(errorCode(error));
  const importer = /imported from (.+)$/.exec(message)?.[1];
  const place = missing ? { file: importer ?? path } : placeInStack(error, path);
  return new LlmDoError({
    code: "code",
    verb: "load",
    what: path,
    reason: missing ? message : `${failureOf(error)}: ${message}`,
    place,
    tries: missing ? ["npm install the package, or correct the import"] : [],
    cause: error,
  });
}

function failureOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return "it threw";
  return isLinkError(error) ? "its imports do not fit" : "it has a syntax error";
}

/** Linking fails with the same class of error as parsing. */
function isLinkError(error: unknown): boolean {
  return (
    error instanceof SyntaxError &&
    /does not provide an export|^Named export .* not found|contains conflicting star exports/.test(
      error.message,
    )
  );
}

/** The first place in a stack that is in the file itself, or else in one that it imports. */
function placeInStack(error: unknown, path: string): Place {
  const places = ownFrames(error).map((frame) => frame.place);
  const own = places.find((place) => place.file === path);
  return own ?? places[0] ?? { file: path };
}

/** Marks the files of a project whose TypeScript is transformed in any case. */
const TRANSFORMS = "llm-do-transforms";

/** Marks the files that were loaded after code had changed: Node loads a URL once. */
const GENERATION = "llm-do-generation";

/** Code of a project: what {@link ownCode} named, and what that imports. */
const own = new Set<string>();

/** Hashes of the texts of this code as it was loaded last, by path. */
const loadedTexts = new Map<string, string>();

let generation = 0;

/**
 * Looks whether code of any project has changed since it was loaded. If so, all that is loaded from
 * now on is loaded anew, with what it imports, installed packages aside. What was loaded before goes
 * on as it is; Node never frees it. A host that imports code itself keeps to its own rules.
 */
export async function noticeChangedCode(): Promise<void> {
  if (![...loadedTexts].some(([path, known]) => textHash(path) !== known)) return;
  generation++;
  const { createRequire } = await import("node:module");
  const { cache } = createRequire(import.meta.url);
  for (const path of loadedTexts.keys()) delete cache[path];
  loadedTexts.clear();
}

/** The hash of a file; of nothing where it cannot be read. */
function textHash(path: string): string {
  try {
    return hash("sha256", readFileSync(path));
  } catch {
    return "";
  }
}

/**
 * Lets Node load a project's code the way a test runner does, whatever its package.json says: see
 * `readCode` for formats, `fileOfPath` and `fileByTsconfig` for imports. Concerns the files that
 * {@link ownCode} names and those that they import, outside of `node_modules`.
 */
const installCodeHooks = lazily(registerCodeHooks);

/** The URL under which a file is loaded by the hooks. */
function ownCode(path: string, { transforms }: { readonly transforms: boolean }): string {
  const url = pathToFileURL(path);
  if (transforms) url.searchParams.set(TRANSFORMS, "");
  if (generation > 0) url.searchParams.set(GENERATION, String(generation));
  own.add(url.href);
  return url.href;
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
      const path = fileURLToPath(url);
      loadedTexts.set(path, textHash(path));
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
    transforms: new URL(url).searchParams.has(TRANSFORMS),
  });
}

/** Node wants an attribute on imports of JSON, and others do not. */
function jsonModule(url: string, context: LoadHookContext): CodeSource | undefined {
  const isAsNodeWants = context.importAttributes["type"] === "json";
  if (isAsNodeWants || context.conditions.includes("require")) return undefined;
  const value: unknown = JSON.parse(readFileSync(fileURLToPath(url), "utf8"));
  return { format: "module", source: `export default ${JSON.stringify(value)};` };
}
