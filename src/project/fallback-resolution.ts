import { lazily } from "../host/lazily.ts";

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
