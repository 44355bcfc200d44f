import type { Plugin } from "vitest/config";
import type { Vitest } from "vitest/node";
import { nodeHost } from "../../host/node-host.ts";
import { CASES_ENDING } from "../cases/parse-cases.ts";
import { attachRun } from "./attach-run.ts";
import { REGISTER } from "./own-files.ts";
import { WatchedFiles } from "./watched-files.ts";

/** Makes modules of files of cases, and knows which files a change of which they are about. */
export class CasesLoader {
  readonly #watched = new WatchedFiles(nodeHost().files);
  #vitest: Vitest | undefined;

  readonly plugin: Plugin = {
    name: "llm-do:cases",
    enforce: "pre",
    load: (id) => this.#load(id),
    configureVitest: ({ vitest }) => this.attach(vitest),
  };

  /** Takes part in a run: watches, and says at the end what the cases came to. */
  attach(vitest: Vitest): void {
    if (this.#vitest === vitest) return;
    this.#vitest = vitest;
    attachRun(vitest, this.#watched);
  }

  #load(id: string) {
    const path = id.replace(/\?.*$/, "");
    if (!path.endsWith(CASES_ENDING)) return undefined;
    const { config, vite } = this.#vitest ?? {};
    if (config?.watch) vite?.watcher.add([...this.#watched.learn(path)]);
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
}
