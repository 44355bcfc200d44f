import { join } from "node:path";
import { run } from "../../src/api/open-project.ts";
import type { RunReport } from "../../src/api/run-report.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { COMPARE_DEFAULTS } from "../../src/hardening/compare/compare-request.ts";
import { writeReports } from "../../src/hardening/compare/report/write-reports.ts";
import { runCompare } from "../../src/hardening/compare/run-compare.ts";
import { promoteFunction } from "../../src/hardening/promote/promote-function.ts";
import type { PromoteRequest } from "../../src/hardening/promote/promote-plan.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { type TestHost, temporaryFolder, testHost } from "./host.ts";
import { codeFile, workerFile } from "./loading.ts";
import { writeFiles } from "./project.ts";

const INPUTS = Array.from(
  { length: 60 },
  (_each, index) => `Name ${index} <n${index}@example.org>`,
);

const domainFile = new URL("../../src/functions/domain.ts", import.meta.url).pathname;

const FILES = {
  "package.json": "{}\n",
  "mail/from_name.worker": workerFile("model: test:m").replace(
    "Do it.",
    "You give the display name of a From header.",
  ),
  "mail/from_name.ts": codeFile(
    'import { nameIn } from "./name-in.ts";',
    "export const from_name = tool({",
    '  description: "The display name of a From header.",',
    "  input: z.object({ input: z.string() }),",
    '  effect: "pure",',
    "  run: ({ input }) => nameIn(input),",
    "});",
  ),
  "mail/name-in.ts": `export function nameIn(header: string) {
  const name = /^([^<"]+) </.exec(header)?.[1];
  return name === undefined ? { ok: false, reason: "no display name" } : { ok: true, value: name };
}
`,
  "mail/from_name.domain.ts": `import { domain } from ${JSON.stringify(domainFile)};
export const from_name_domain = domain<{ input: string }>({
  accepts: ({ input }) => !input.includes(",") || "several senders",
  // As if it listed its templates, so that inputs are counted and not templates.
  templates: { templateOf: () => 0 } as never,
});
`,
  "mail/main.ts": codeFile(
    "export const main = tool({",
    '  description: "All names.",',
    "  input: z.looseObject({}),",
    '  effect: "pure",',
    "  run: async ({ headers }, ctx) => {",
    "    const names = [];",
    '    for (const header of headers) names.push(await ctx.call("from_name", header));',
    "    return names;",
    "  },",
    "});",
  ),
};

/** A project with a worker, its code, recordings of the worker by a script, and a certificate. */
export class PromotedProject implements Disposable {
  readonly #folder = temporaryFolder();
  readonly host: TestHost;

  private constructor() {
    writeFiles(this.#folder.path, FILES);
    this.host = testHost({ cwd: this.#folder.path });
  }

  /** @param claim what the comparison claims; with 60 inputs 0.5 is supported */
  static async make({ claim = 0.5 } = {}): Promise<PromotedProject> {
    const project = new PromotedProject();
    project.write("answers.yaml", INPUTS.map((header) => `- ${nameOf(header)}\n`).join(""));
    await project.run(INPUTS, {
      script: project.path("answers.yaml"),
      cassette: { path: project.path("mail/cassettes/names.yaml"), mode: "record" },
    });
    await project.compare(claim);
    return project;
  }

  path(name: string): string {
    return join(this.#folder.path, name);
  }

  write(name: string, text: string): void {
    writeFiles(this.#folder.path, { [name]: text });
  }

  read(name: string): string {
    return this.host.files.readText(this.path(name));
  }

  /** Puts a text in the place of another in a file. */
  edit(name: string, before: string, after: string): void {
    const text = this.read(name);
    if (!text.includes(before)) throw new Error(`${name} does not hold ${before}`);
    this.write(name, text.replace(before, after));
  }

  /** Makes a certificate with `compare`; `others` are further files of the project. */
  async compare(claim: number, others: readonly string[] = []): Promise<void> {
    const host = { ...this.host, clock: nodeHost().clock };
    const request = {
      worker: "mail/from_name.worker",
      tool: "mail/from_name.ts#from_name",
      question: { kind: "agreement", claim } as const,
      since: undefined,
      fresh: false,
      monthlyCalls: undefined,
      holdout: undefined,
      reference: undefined,
      recordings: ["mail/cassettes"],
      others,
      generated: 0,
      seed: undefined,
      comparator: undefined,
      model: undefined,
      out: undefined,
      timeoutMs: COMPARE_DEFAULTS.timeoutMs,
    };
    const { signal } = new AbortController();
    const compared = await runCompare(request, { host, signal, onWarning: () => undefined });
    writeReports(compared, this.host);
  }

  /** Promotes the function, by the recordings that it was compared by. */
  promote(request: Partial<PromoteRequest> & Pick<PromoteRequest, "mode">) {
    const recordings = ["mail/cassettes"];
    const tool = "mail/from_name.ts#from_name";
    const worker = "mail/from_name.worker";
    return promoteFunction({ worker, tool, recordings, ...request }, this.host);
  }

  /** Runs the code entry over headers; `answers` are what a script says in the model's place. */
  async run(
    headers: readonly string[],
    request: Partial<RunRequest> & { readonly answers?: readonly string[] } = {},
  ): Promise<RunReport & { readonly events: readonly RunEvent[] }> {
    const { answers, ...rest } = request;
    const events: RunEvent[] = [];
    if (answers) this.write("said.yaml", answers.map((said) => `- ${said}\n`).join(""));
    const report = await run({
      files: [this.path("mail/main.ts"), this.path("mail/from_name.worker")],
      input: { headers },
      host: this.host,
      onEvent: (event) => events.push(event),
      ...(answers ? { script: this.path("said.yaml") } : {}),
      ...rest,
    });
    return { ...report, events };
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** The name in a header of this project's recordings. */
export function nameOf(header: string): string {
  return header.replace(/ <.*/, "");
}

/** Who answered, in order. */
export function answeredBy(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "answered" ? [event.by] : []));
}
