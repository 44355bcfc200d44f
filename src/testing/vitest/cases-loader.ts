import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import type { Vitest } from "vitest/node";
import { nodeHost } from "../../host/node-host.ts";
import { PROVIDED } from "../../project/fallback-resolution.ts";
import { fileByTsconfig } from "../../project/tsconfig-paths.ts";
import { CASES_ENDING } from "../cases/case-name.ts";
import { attachRun } from "./attach-run.ts";
import { REGISTER } from "./own-files.ts";
import type { WatchedFiles } from "./watched-files.ts";

/** What an import means by the tsconfig.json of a project's own code, as without the runner. */
export function resolveByTsconfig(id: string, importer: string | undefined): string | undefined {
  if (importer === undefined || importer.includes("/node_modules/")) return undefined;
  return fileByTsconfig(id, importer);
}

/** Makes modules of files of cases, and knows which files a change of which they are about. */
export class CasesLoader {
  #watched: WatchedFiles | undefined;
  #vitest: Vitest | undefined;

  readonly plugin: Plugin = {
    name: "llm-do:cases",
    enforce: "pre",
    async resolveId(id, importer) {
      const mapped = resolveByTsconfig(id, importer);
      if (mapped !== undefined || !PROVIDED.test(id)) return mapped;
      // Nothing else finds these for the code of a project that has not installed them.
      const found = await this.resolve(id, importer, { skipSelf: true });
      return found ?? fileURLToPath(import.meta.resolve(id));
    },
    load: (id) => this.#load(id),
    configureVitest: ({ vitest }) => this.attach(vitest),
  };

  /** Takes part in a run: watches, and says at the end what the cases came to. */
  attach(vitest: Vitest): void {
    if (this.#vitest === vitest) return;
    this.#vitest = vitest;
    attachRun(vitest, (changed) => this.#watched?.casesAbout(changed) ?? []);
  }

  async #load(id: string) {
    const path = id.replace(/\?.*$/, "");
    if (path.endsWith(".cts")) return { code: await commonJsTypeScript(path), map: null };
    if (!path.endsWith(CASES_ENDING)) return undefined;
    if (this.#vitest?.config.watch) await this.#watch(path, this.#vitest);
    const code = [
      `import { describe, expect, test } from "vitest";`,
      `import { registerCases } from ${JSON.stringify(REGISTER)};`,
      `await registerCases({`,
      `  path: ${JSON.stringify(path)},`,
      `  importCode: (path) => import(/* @vite-ignore */ path),`,
      `  runner: { describe, expect, test },`,
      `});`,
    ];
    return { code: `${code.join("\n")}\n`, map: null };
  }

  async #watch(path: string, { vite }: Vitest): Promise<void> {
    // Brings all that reads cases, which this process needs for nothing else.
    const { WatchedFiles } = await import("./watched-files.ts");
    this.#watched ??= new WatchedFiles(nodeHost().files);
    vite.watcher.add([...this.#watched.learn(path)]);
  }
}

/** The runner transforms all TypeScript but this. */
async function commonJsTypeScript(path: string): Promise<string> {
  const { transformed } = await import("../../project/code-source.ts");
  return transformed(nodeHost().files.readText(path), path);
}
