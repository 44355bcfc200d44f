import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CassetteMode } from "../../src/cassette/state/session-state.ts";
import type { Host } from "../../src/host/host.ts";
import { type CaseOutcome, runCase } from "../../src/testing/cases/run/run-case.ts";
import { type CassetteStatus, cassetteStatus } from "../../src/testing/status/cassette-status.ts";
import { CassetteUsers } from "../../src/testing/status/cassette-users.ts";
import { repository } from "./cli.ts";
import { folderWith } from "./cli-project.ts";
import { testHost } from "./host.ts";

export type ProjectFiles = Readonly<Record<string, string>>;

const TOOK = "usage: { input_tokens: 1000, output_tokens: 100 }";

/** A worker that uses a tool of each effect and another worker, with one case and its script. */
export const SORTING: ProjectFiles = {
  "package.json": `{ "type": "module" }`,
  "main.worker": `---
model: anthropic:claude-haiku-4-5
settings: { temperature: 0 }
toolsets:
  tools:
    _approval_config: { list: { pre_approved: true }, weather: { pre_approved: true } }
  namer: {}
---
You sort files by their kind.
`,
  "namer.worker": `---
description: Finds a name for a folder.
model: anthropic:claude-haiku-4-5
---
You name folders.
`,
  "tools.ts": `
import { readdirSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";
export const tools = toolset({
  list: tool({
    description: "List the files.",
    input: z.object({ folder: z.string() }),
    effect: "local",
    run: (_input, ctx) => readdirSync(ctx.cwd).sort().join(" "),
  }),
  weather: tool({
    description: "Say what the weather is.",
    input: z.object({ place: z.string() }),
    effect: "external",
    run: () => "sunny",
  }),
});
`,
  "inbox/a.jpg": "a",
  "inbox/b.pdf": "b",
  "answers.yaml": `
- { when: { worker: main, contains: Sort }, tool_call: { name: list, input: { folder: . } }, ${TOOK} }
- - { when: { worker: main }, tool_call: { name: namer, input: { input: Pictures and texts. } } }
  - { tool_call: { name: weather, input: { place: Berlin } }, ${TOOK} }
- { when: { worker: namer }, text: Mixed, ${TOOK} }
- { text: Sorted into Mixed., ${TOOK} }
`,
  "main.cases.yaml": `
files: [main.worker, namer.worker, tools.ts]
cases:
  - name: sorts
    input: Sort the inbox.
    workspace: inbox
    script: answers.yaml
`,
};

/** A project in a folder of its own, as its user has it. */
export class StatusProject implements Disposable {
  readonly path: string;
  readonly #folder: ReturnType<typeof folderWith>;

  constructor(files: ProjectFiles) {
    this.#folder = folderWith(files);
    this.path = this.#folder.path;
    const modules = join(this.path, "node_modules");
    mkdirSync(modules);
    symlinkSync(repository, join(modules, "llm-do"));
    symlinkSync(join(repository, "node_modules/zod"), join(modules, "zod"));
  }

  get host(): Host {
    const { clock } = testHost();
    // No time passes, so no case takes too long.
    const sleep = (_durationMs: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    return testHost({ cwd: this.path, clock: { ...clock, sleep } });
  }

  get cassette(): string {
    return join(this.path, "cassettes/main/sorts.yaml");
  }

  read(file: string): string {
    return readFileSync(join(this.path, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  /** Runs the only case. */
  async run(mode: CassetteMode): Promise<CaseOutcome> {
    const [one] = new CassetteUsers(this.host).casesAround(this.path);
    if (!one) throw new Error("there is no case");
    return await runCase(one, { mode, allowUnused: false, host: this.host, rerecord: "again" });
  }

  status(): Promise<CassetteStatus> {
    const runs = new CassetteUsers(this.host).runsOf(this.cassette);
    return cassetteStatus(this.cassette, runs, this.host);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** The text of the cassette of a project's case, as it is recorded first. */
export async function recorded(files: ProjectFiles): Promise<string> {
  using project = new StatusProject(files);
  const { failures } = await project.run("record");
  if (failures.length > 0) throw new Error(failures.map(({ message }) => message).join("\n"));
  return project.read("cassettes/main/sorts.yaml");
}
