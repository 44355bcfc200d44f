import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

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
