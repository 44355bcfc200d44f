import type { Plugin } from "vitest/config";
import { CASES_ENDING } from "../cases/file/case-name.ts";
import { CasesLoader, resolveByTsconfig } from "./config/cases-loader.ts";
import { CASES_PROJECT, casesProject, isCasesProject } from "./config/cases-project.ts";
import { FIXTURES, OWN_FILES } from "./config/own-files.ts";
import { claimRoot } from "./config/run-claims.ts";

export interface LlmDoPluginOptions {
  /** Which files hold cases, as globs. Default: every file whose name ends in `.cases.yaml`. */
  readonly include?: readonly string[];
}

/**
 * The plugin that makes vitest run `*.cases.yaml` files, in a project of their own: cases need no
 * module isolation, which costs more than they do.
 *
 * @example
 * // vitest.config.ts
 * export default defineConfig({ plugins: [llmDo()] });
 */
export function llmDo({ include = [`**/*${CASES_ENDING}`] }: LlmDoPluginOptions = {}): Plugin {
  const loader = new CasesLoader();
  let filter: string[] = [];
  return {
    name: "llm-do",
    resolveId: resolveByTsconfig,
    config(config) {
      const projects = config.test?.projects;
      if (config.test && projects && !projects.some(isCasesProject)) {
        config.test.projects = [...projects, casesProject({ include, loader, extends: true })];
      }
      // What it imports for a test is then watched, covered and mocked like the test's own imports.
      const isInline = config.test?.server?.deps?.inline === true;
      const inline = isInline ? {} : { inline: [FIXTURES] };
      return { test: { server: { deps: { external: [OWN_FILES], ...inline } } } };
    },
    configResolved({ test }) {
      // Where no projects are declared, --project cases would leave out the one that adds the cases.
      if (!test || test.projects || !test.project?.length) return;
      filter = test.project as string[]; // as the command line gives it
      test.project = [];
    },
    async configureVitest({ vitest, project, injectTestProjects }) {
      if (filter.length > 0) vitest.config.project = filter;
      const { root } = project.config;
      const claim = claimRoot(vitest, root);
      if (!claim) return;
      // The plain name belongs to whoever comes first; a package of a workspace adds its own.
      const name = claim.isFirst ? CASES_PROJECT : `${CASES_PROJECT} ${project.name}`;
      const parent = project.isRootProject() ? true : (project.vite.config.configFile ?? false);
      await injectTestProjects({
        ...casesProject({ include, loader, extends: parent, name }),
        root,
      });
      vitest.projects = vitest.projects.filter((one) => vitest.matchesProjectFilter(one.name));
      loader.attach(vitest);
    },
  };
}
