import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "../../../src/cli/main.ts";
import { nodeHost } from "../../../src/host/node-host.ts";
import type { Secret } from "./made-up.ts";

const TOOLS = fileURLToPath(new URL("tools.ts", import.meta.url));

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What a person types where a terminal asks. */
  readonly typed?: string;
}

/** A project in a folder of its own, to which the product is let loose with a secret in reach. */
export class AttackedProject {
  readonly secret: Secret;
  readonly #folder: string;
  /** What the attack itself wrote, which is nobody's fault. */
  readonly #own = new Map<string, string>();
  /** What was shown as errors, warnings and logs. */
  #shown = "";

  constructor(secret: Secret, below: string) {
    this.secret = secret;
    this.#folder = mkdtempSync(join(below, "project-"));
    this.worker({});
    this.answers("Done.");
  }

  /** Absolute path of a file of the project. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  write(name: string, text: string): void {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    this.#own.set(name, text);
  }

  /** The worker `main`; what it may call needs no approval unless its toolsets say so. */
  worker({ toolsets = FREE, body = "You work." }: { toolsets?: object; body?: string }): void {
    const front = `model: anthropic:claude-haiku-4-5\ntoolsets: ${JSON.stringify(toolsets)}`;
    this.write("main.worker", `---\n${front}\n---\n${body}\n`);
  }

  /** What the model says, one answer for each request. */
  answers(...list: readonly unknown[]): void {
    this.write("answers.yaml", JSON.stringify(list)); // JSON is YAML
  }

  /** Runs the worker from the script, into a cassette. */
  async run(prompt = "Go.", more: readonly string[] = [], options: CommandOptions = {}) {
    const cassette = more.includes("--kept") ? [] : ["--cassette", this.path("c.yaml")];
    const flags = more.filter((flag) => flag !== "--kept");
    const script = ["--script", this.path("answers.yaml")];
    await this.command(["main.worker", TOOLS, prompt, ...script, ...cassette, ...flags], options);
  }

  /** Runs a command line of llm-do in this process. */
  async command(argv: readonly string[], { env = {}, typed }: CommandOptions = {}): Promise<void> {
    const base = nodeHost();
    const isTerminal = typed !== undefined;
    const keep = (text: string) => {
      this.#shown += text;
    };
    const host = {
      ...base,
      cwd: this.#folder,
      env: { PATH: process.env["PATH"], ...this.secret.env, ...env },
      // An answer on stdout is what was asked for.
      stdout: { write: () => undefined, isTerminal, columns: 80 },
      stderr: { write: keep, isTerminal, columns: 80 },
      stdin: { isTerminal, readAll: async () => "", readLine: async () => typed },
    };
    const signal = new AbortController().signal;
    await main({ argv, host, signal, version: "0.0.0" });
  }

  /** Where the secret stands now and did not before: files below the project, what was shown. */
  leaks(): readonly string[] {
    const files = readdirSync(this.#folder, { recursive: true, withFileTypes: true });
    const found = files.flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(this.#folder.length + 1);
      if (this.#own.has(name) || !entry.isFile()) return [];
      const text = readFileSync(path, "latin1");
      return this.#holds(`${name}\n${text}`) ? [name] : [];
    });
    return this.#holds(this.#shown) ? [...found, "stderr"] : found;
  }

  #holds(text: string): boolean {
    return this.secret.parts.some((part) => formsOf(part).some((form) => text.includes(form)));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const FREE = { planted_tools: { _approval_config: { act: { pre_approved: true } } } };

/** How a part may be written: plain, in base64 behind anything, in hexadecimal, in an address. */
function formsOf(part: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(part)])
      .toString("base64")
      .slice(4, -4),
  );
  const every = [...part].map((sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return [
    part,
    ...base64,
    Buffer.from(part).toString("hex"),
    encodeURIComponent(part),
    every.join(""),
  ];
}
