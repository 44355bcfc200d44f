import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type McpCase, mcpProject, type Outcome, runIn, TOLD } from "./mcp-project.ts";

/** What the told server says. */
export interface ToldServer {
  readonly tools: readonly object[];
  readonly answers?: Readonly<Record<string, object>>;
  readonly capabilities?: object;
  /** By the names of other methods. */
  readonly results?: Readonly<Record<string, object>>;
}

/** A tool that takes any object. */
export function aListedTool(name: string, more: object = {}) {
  return { name, description: `Does ${name}.`, inputSchema: { type: "object" }, ...more };
}

/** A call of each tool in one answer, then "Done.". */
export function calling(...names: readonly string[]): string {
  return JSON.stringify([names.map((name) => ({ tool_call: { name, input: {} } })), "Done."]);
}

/** A project whose one server is the told one. */
export class ToldProject implements Disposable {
  readonly #folder: ReturnType<typeof mcpProject>;
  readonly #literal: McpCase;

  constructor(server: ToldServer, literal: Partial<McpCase> = {}) {
    const mcp = { command: process.execPath, args: [TOLD, "server.json", "log.jsonl"] };
    this.#literal = {
      script: calling(...server.tools.map((tool) => String((tool as { name: unknown }).name))),
      ...literal,
      mcp: { ...mcp, ...literal.mcp },
    };
    this.#folder = mcpProject(this.#literal);
    this.says(server);
  }

  get path(): string {
    return this.#folder.path;
  }

  /** What the server says from now on. */
  says(server: ToldServer): void {
    writeFileSync(join(this.path, "server.json"), JSON.stringify(server));
  }

  run(more: Partial<McpCase> = {}): Promise<Outcome> {
    return runIn(this.path, { ...this.#literal, ...more });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The messages that the server got, by method. */
  get methods(): readonly string[] {
    const lines = readFileSync(this.file("log.jsonl"), "utf8").trim().split("\n");
    return lines.map((line) => String((JSON.parse(line) as { method: unknown }).method));
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
