import { resolve } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema, type ElicitResult } from "@modelcontextprotocol/sdk/types.js";
import { repository } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

const bin = resolve(repository, "dist/bin/llm-do.js");

const TOOLS = `
import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";

export const kit = toolset({
  add: tool({
    description: "Add two numbers.",
    input: z.object({ a: z.number(), b: z.number() }),
    output: z.object({ sum: z.number() }),
    effect: "pure",
    run: ({ a, b }) => {
      console.log("adding on stdout");
      return { sum: a + b };
    },
  }),
  send: tool({
    description: "Send a mail.",
    input: z.object({ to: z.string() }),
    effect: "external",
    run: ({ to }, { cwd }) => {
      appendFileSync(cwd + "/sent.txt", to + "\\n");
      return "sent to " + to;
    },
  }),
  never: tool({
    description: "Is never allowed.",
    input: z.object({}),
    effect: "pure",
    approval: { deny: "not this one" },
    run: () => "done",
  }),
  send_through: tool({
    description: "Send a mail, by calling another tool.",
    input: z.object({ to: z.string() }),
    effect: "pure",
    run: ({ to }, ctx) => ctx.call("send", { to }),
  }),
  wait: tool({
    description: "Wait until the run ends.",
    input: z.object({}),
    effect: "pure",
    run: (_input, { signal, cwd }) =>
      new Promise((_resolve, reject) => {
        appendFileSync(cwd + "/waiting.txt", "began\\n");
        signal.addEventListener("abort", () => {
          appendFileSync(cwd + "/waiting.txt", "aborted\\n");
          reject(new Error("aborted"));
        });
      }),
  }),
  big: tool({
    description: "Return a lot.",
    input: z.object({ mebibytes: z.number(), how: z.enum(["text", "fields", "error"]) }),
    effect: "pure",
    run: ({ mebibytes, how }) => {
      const text = "x".repeat(mebibytes * 1024 * 1024);
      if (how === "error") throw new Error(text);
      return how === "text" ? text : { text };
    },
  }),
  note: tool({
    description: "Write a note.",
    input: z.object({}),
    effect: "local",
    run: () => "noted",
  }),
  fail: tool({
    description: "Fail.",
    input: z.object({}),
    effect: "pure",
    run: () => {
      throw new Error("it rains");
    },
  }),
});

export const shout = tool({
  description: "Takes a text.",
  input: z.string(),
  effect: "pure",
  run: (text) => text.toUpperCase(),
});
`;

const WORKER = `---
description: Sends mails.
model: anthropic:claude-haiku-4-5
toolsets: [kit]
---
You send mails.
`;

/** A folder with tools that need an approval or not, and a worker that has them all. */
export function servedProject(script = "- Done.\n") {
  return folderWith({ "tools.ts": TOOLS, "clerk.worker": WORKER, "answers.yaml": script });
}

/** The command line after `llm-do mcp`. */
export function served(args: readonly string[] = []): readonly string[] {
  return [bin, "mcp", "tools.ts", "clerk.worker", "--script", "answers.yaml", ...args];
}

export interface Connected extends AsyncDisposable {
  readonly client: Client;
  /** What the person was asked, in order. */
  readonly asked: string[];
  /** What the command wrote to stderr so far. */
  readonly stderr: () => string;
}

interface Connecting {
  readonly folder: string;
  readonly args?: readonly string[];
  /** What the person answers; the client cannot ask where it is undefined. */
  readonly answer?: ElicitResult | undefined;
}

/** A client as the SDK makes it, whose person gives one answer to every question. */
export function askedClient(answer: ElicitResult | undefined): {
  readonly client: Client;
  readonly asked: string[];
} {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: answer ? { elicitation: {} } : {} },
  );
  const asked: string[] = [];
  if (answer) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      asked.push(params.message);
      return answer;
    });
  }
  return { client, asked };
}

/** A client of the built command, which it starts. */
export async function connect({ folder, args = [], answer }: Connecting): Promise<Connected> {
  const { client, asked } = askedClient(answer);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...served(args)],
    cwd: folder,
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (piece: Buffer) => {
    stderr += piece;
  });
  await client.connect(transport);
  return {
    client,
    asked,
    stderr: () => stderr,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** What a call says, with `! ` before an error. */
export async function callText(client: Client, name: string, input: object): Promise<string> {
  const result = await client.callTool({ name, arguments: { ...input } });
  const content = result.content as readonly { readonly text?: string }[]; // texts, all of them
  return `${result.isError ? "! " : ""}${content.map(({ text }) => text).join("\n")}`;
}
