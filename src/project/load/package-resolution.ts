import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { lazily } from "../../host/lazily.ts";

/** Imported by nobody else: what the hook below answers. */
const ASKED = "llm-do:package";

/**
 * The file that an import of a package leads to from a folder, by Node's own rules: its `exports`,
 * with the conditions of an import.
 *
 * @returns absolute path
 * @throws Error with Node's code when there is no such package or it does not export the path
 */
export async function resolvePackage(specifier: string, folder: string): Promise<string> {
  const { registerHooks } = await import("node:module");
  const parentURL = pathToFileURL(join(folder, "package.json")).href;
  const hooks = registerHooks({
    resolve: (asked, context, nextResolve) =>
      asked === ASKED
        ? nextResolve(specifier, { ...context, parentURL })
        : nextResolve(asked, context),
  });
  try {
    return fileURLToPath(import.meta.resolve(ASKED));
  } finally {
    hooks.deregister();
  }
}

/**
 * Packages that a project's code may import without having installed them: llm-do itself, so that a
 * tool file works beside a globally installed command, and the schema library that its docs use.
 */
export const PROVIDED = /^(?:llm-do|zod)(?:\/|$)/;

/** Lets {@link PROVIDED} imports fall back to this installation. A project's own copy goes first. */
export const installFallbackResolution = lazily(registerFallback);

async function registerFallback(): Promise<void> {
  const { registerHooks } = await import("node:module");
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const isAskedHere = context.parentURL === import.meta.url;
        if (isAskedHere || !PROVIDED.test(specifier)) throw error;
        // Not nextResolve: where tsx makes an import a require, it ignores the parent's URL.
        return { url: import.meta.resolve(specifier), shortCircuit: true };
      }
    },
  });
}
