import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import { nodeHost } from "../../host/node-host.ts";
import { MODEL_REQUESTS_VARIABLE } from "../../project/model-requests.ts";
import { CASES_ENDING } from "../cases/parse-cases.ts";

export interface LlmDoPluginOptions {
  /** Which files hold cases, as globs. Default: every file whose name ends in `.cases.yaml`. */
  readonly include?: readonly string[];
}

const NAME = "llm-do";

/** The name of the project that the cases run in, as `--project` takes it. */
export const CASES_PROJECT = "cases";

/** The module that makes tests of cases, by the package's own name: bundles move files about. */
const REGISTER = fileURLToPath(import.meta.resolve("llm-do/vitest/register-cases"));

/** The module that brings the fixtures; as a text it would be the name of a package. */
const FIXTURES = new RegExp(
  `^${fileURLToPath(import.meta.resolve("llm-do/vitest")).replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`,
);

/**
 * The plugin that makes vitest run `*.cases.yaml` files, in a project of their own: cases need no
 * module isolation, which costs more than they do.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ plugins: [llmDo()] });
 */
export function llmDo({ include = [`**/*${CASES_ENDING}`] }: LlmDoPluginOptions = {}): Plugin {
  return {
    name: NAME,
    config: ({ test }) => {
      // What it imports for a test is then watched, covered and mocked like the test's own imports.
      const isInline = test?.server?.deps?.inline === true;
      return isInline ? undefined : { test: { server: { deps: { inline: [FIXTURES] } } } };
    },
    async configureVitest({ vitest, project, injectTestProjects }) {
      if (vitest.projects.some(({ name }) => name === CASES_PROJECT)) return;
      const { alias } = project.vite.config.resolve;
      const env = { ...project.config.env };
      for (const { config } of vitest.projects) config.env = withoutModelRequests(config.env);
      await injectTestProjects({
        extends: false,
        root: project.config.root,
        resolve: { alias },
        plugins: [casesLoader()],
        test: {
          name: CASES_PROJECT,
          include: [...include],
          exclude: project.config.exclude,
          isolate: false,
          // What is made of such a file depends on where this package is, which its content does not say.
          fsModuleCache: false,
          env,
          server: { deps: { external: [REGISTER] } },
        },
      });
    },
  };
}

/** In tests no model is asked, unless a test or the person who runs them names it; see `live`. */
function withoutModelRequests<Env extends object>(env: Env): Env {
  const allowed = nodeHost().env[MODEL_REQUESTS_VARIABLE] ?? "off";
  return { [MODEL_REQUESTS_VARIABLE]: allowed, ...env };
}

/** Makes a module of a file of cases. */
function casesLoader(): Plugin {
  return {
    name: `${NAME}:cases`,
    enforce: "pre",
    load(id) {
      const path = id.replace(/\?.*$/, "");
      if (!path.endsWith(CASES_ENDING)) return undefined;
      const register = `import { registerCases } from ${JSON.stringify(REGISTER)};`;
      const call = `await registerCases(${JSON.stringify(path)}, (path) => import(/* @vite-ignore */ path));`;
      return { code: `${register}\n${call}\n`, map: null };
    },
  };
}
