import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";
import type { Vitest } from "vitest/node";
import { nodeHost } from "../../../host/node-host.ts";
import { fileByTsconfig } from "../../../project/load/code-resolution.ts";
import { PROVIDED } from "../../../project/load/package-resolution.ts";
import { CASES_ENDING } from "../../cases/file/case-name.ts";
import { attachRun, equipProjects } from "./attach-run.ts";
import { REGISTER } from "./own-files.ts";
import { claimsOf } from "./run-claims.ts";

/** What an import means by the tsconfig.json of a project's own code, as without the runner. */
export function resolveByTsconfig(id: string, importer: string | undefined): string | undefined {
  if (importer === undefined || importer.includes("/node_modules/")) return undefined;
  return fileByTsconfig(id, importer);
}

/** Makes modules of files of cases. */
export class CasesLoader {
  #vitest: Vitest | undefined;
  /** The server that it takes part with: a restart makes another for the same run. */
  #server: Vitest["vite"] | undefined;

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
    equipProjects(vitest); // others may have come since
    if (this.#server === vitest.vite) return;
    this.#server = vitest.vite;
    this.#vitest = vitest;
    attachRun(vitest);
  }

  async #load(id: string) {
    const path = id.replace(/\?.*$/, "");
    if (path.endsWith(".cts")) return { code: await commonJsTypeScript(path), map: null };
    if (!path.endsWith(CASES_ENDING)) return undefined;
    const claims = this.#vitest && claimsOf(this.#vitest);
    await claims?.watch?.learnCases(path);
    const code = [
      `import { describe, expect, test } from "vitest";`,
      `import { registerCases } from ${JSON.stringify(REGISTER)};`,
      `await registerCases({`,
      `  path: ${JSON.stringify(path)},`,
      `  importCode: (path) => import(/* @vite-ignore */ path),`,
      `  runner: { describe, expect, test },`,
      `  range: ${JSON.stringify(claims?.ranges?.get(path))},`,
      `});`,
    ];
    return { code: `${code.join("\n")}\n`, map: null };
  }
}

/** The runner transforms all TypeScript but this. */
async function commonJsTypeScript(path: string): Promise<string> {
  const { transformed } = await import("../../../project/load/code-source.ts");
  return transformed(nodeHost().files.readText(path), path);
}
