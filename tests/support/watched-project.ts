import { join } from "node:path";
import { run } from "../../src/api/open-project.ts";
import type { RunReport } from "../../src/api/run-report.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { formatCertificate, makeCertificate } from "../../src/certificate/certificate.ts";
import { formatSplitLedger } from "../../src/certificate/ledger-text.ts";
import { head } from "../../src/certificate/split-ledger.ts";
import type { AnswerMode } from "../../src/functions/answer-mode.ts";
import type { LogEntry } from "../../src/hardening/watch/log-entry.ts";
import { logPath, readLog } from "../../src/hardening/watch/log-file.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { codeHash, promptHash } from "../../src/project/lock/fingerprints.ts";
import type { LockedFunction } from "../../src/project/lock/lock-file.ts";
import { printLock } from "../../src/project/lock/lock-store.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { workerHead } from "../../src/runtime/worker/worker-head.ts";
import { rareInterval } from "../../src/statistics/rare-interval.ts";
import { interval } from "../../src/statistics/time-uniform.ts";
import { versionRisk } from "../../src/statistics/version-risk.ts";
import { type TestHost, temporaryFolder, testHost } from "./host.ts";
import { answersTo, lookedAt, madeUpLedger, sha } from "./ledgers.ts";
import { codeFile, workerFile } from "./loading.ts";
import { writeFiles } from "./project.ts";

const FILES = {
  "package.json": "{}\n",
  "slug.worker": workerFile("model: anthropic:claude-haiku-4-5").replace(
    "Do it.",
    "Turn the title into a slug.",
  ),
  "slug.ts": codeFile(
    "export const slug = tool({",
    '  description: "The slug of a title.",',
    "  input: z.object({ input: z.string() }),",
    '  effect: "pure",',
    '  run: ({ input }) => input.toLowerCase().replaceAll(" ", "-"),',
    "});",
  ),
  "all.ts": codeFile(
    "export const all = tool({",
    '  description: "The slugs of titles.",',
    "  input: z.object({ titles: z.array(z.string()) }),",
    '  effect: "pure",',
    "  run: async ({ titles }, ctx) => {",
    "    const slugs = [];",
    '    for (const title of titles) slugs.push(await ctx.call("slug", title));',
    "    return slugs;",
    "  },",
    "});",
  ),
};

const functions = new URL("../../src/functions/", import.meta.url).pathname;

/** What the code answers, and a prompt that agrees with it. */
export function slugOf(title: string): string {
  return title.toLowerCase().replaceAll(" ", "-");
}

/** Titles that are all different. */
export function titles(count: number, from = 0): readonly string[] {
  return Array.from({ length: count }, (_each, index) => `Report ${from + index} of the group`);
}

/** A model whose answer follows from the last message. */
export function answering(answer: (said: string) => string): ModelTransport {
  return {
    async *stream({ messages }) {
      const last = messages.at(-1);
      const said = last?.kind === "user" ? last.content : [];
      const text = answer(said.map((part) => (part.kind === "text" ? part.text : "")).join(""));
      yield { kind: "part", part: { kind: "text", text } };
      const usage = { inputTokens: 20, outputTokens: 5 };
      yield { kind: "end", stop: "end", usage, source: "live" };
    },
  };
}

type Settings = Partial<Pick<LockedFunction, "share" | "check" | "falseAlarmEvery">>;

/** A project with a worker and its code, and somebody who looks after them. */
export class WatchedProject implements Disposable {
  readonly #folder = temporaryFolder();
  readonly host: TestHost;

  private constructor() {
    writeFiles(this.#folder.path, FILES);
    this.host = testHost({ cwd: this.#folder.path });
  }

  /** One whose lock file says who answers, by a certificate that claims 95 %. */
  static async locked(mode: AnswerMode, settings: Settings = {}): Promise<WatchedProject> {
    const project = new WatchedProject();
    await project.#certify(0.95);
    const entry: LockedFunction = {
      worker: "slug.worker",
      name: "slug",
      mode,
      tool: "slug.ts#slug",
      certificate: "hardening/slug/certificate.json",
      ...settings,
    };
    writeFiles(project.path("."), {
      "llm-do.lock.yaml": printLock({ functions: [entry] }, "# lock"),
    });
    return project;
  }

  /** One whose code says who answers; `fields` are more options of `hardened()`. */
  static declared(mode: string, fields = ""): WatchedProject {
    const project = new WatchedProject();
    const declaration = codeFile(
      `import { hardened } from ${JSON.stringify(`${functions}hardened.ts`)};`,
      'import { slug as code } from "./slug.ts";',
      `export const slug = hardened({ prompt: "./slug.worker", code, mode: "${mode}", ${fields} });`,
    );
    writeFiles(project.path("."), { "declared.ts": declaration });
    return project;
  }

  path(name: string): string {
    return join(this.#folder.path, name);
  }

  read(name: string): string {
    return this.host.files.readText(this.path(name));
  }

  get logPath(): string {
    return logPath(this.path("."), "slug.worker");
  }

  /** The log's entries. */
  log(): readonly LogEntry[] {
    const lines = [...readLog({ path: this.logPath, files: this.host.files })];
    return lines.flatMap((line) => (line.kind === "entry" ? [line.entry] : []));
  }

  /** Runs the code entry over titles. */
  async run(
    titles: readonly string[],
    request: Partial<RunRequest> = {},
  ): Promise<
    RunReport & { readonly events: readonly RunEvent[]; readonly said: readonly string[] }
  > {
    const events: RunEvent[] = [];
    const declared = this.host.files.stat(this.path("declared.ts")) ? ["declared.ts"] : [];
    const report = await run({
      files: ["all.ts", "slug.worker", ...declared].map((name) => this.path(name)),
      entry: "all",
      input: { titles },
      host: this.host,
      limits: { maxCalls: 100_000 },
      onEvent: (event) => events.push(event),
      ...request,
    });
    const said = events.flatMap((event) => (event.kind === "warning" ? [event.message] : []));
    return { ...report, events, said };
  }

  async #certify(claim: number): Promise<void> {
    const { files } = this.host;
    const named = ["slug.worker"];
    const { space } = await loadProject({ files: named, anyEntry: true }, this.host);
    const worker = space.get("slug");
    if (worker?.kind !== "worker") throw new Error("there is no worker slug");
    const answers = answersTo(1000);
    const { ledger, n } = lookedAt(madeUpLedger(1000), answers);
    const alpha = versionRisk(1);
    const { lower, upper } = interval({ n, agreed: n }, alpha);
    const certificate = makeCertificate({
      ...{ kind: "agreement", claim, candidate: "tool", version: 1, alpha, inputs: 1000 },
      ...{ worker: { name: "slug", file: "slug.worker" }, tool: "slug.ts#slug" },
      hashes: {
        ...{ prompt: promptHash(workerHead(worker)), model: sha("m"), comparator: sha("exact") },
        ...{ tool: codeHash(this.path("slug.ts"), files), answers: answers(1000) },
        ledger: head(ledger),
      },
      agreement: { n, agreed: n, lower, upper, verdict: "supported", unit: "input" },
      fallback: { n, fellBack: 0, ...rareInterval({ n, agreed: 0 }, alpha) },
      single: { n, disagreed: 0, upper: rareInterval({ n, agreed: 0 }, alpha).upper },
      sources: { traffic: n, shadow: 0, check: 0, imported: 0, scripted: 0 },
      ...{ reference: 1, madeAt: "2026-01-01T00:00:00.000Z" },
    });
    writeFiles(this.path("hardening/slug"), {
      "certificate.json": formatCertificate(certificate),
      "split.lock.json": formatSplitLedger(ledger),
    });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
