import { pathToFileURL } from "node:url";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { ownFrames } from "../errors/own-frames.ts";
import type { Place } from "../errors/place.ts";
import type { Host } from "../host/host.ts";
import { installCodeHooks, ownCode } from "./code-hooks.ts";
import { installFallbackResolution } from "./fallback-resolution.ts";

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
