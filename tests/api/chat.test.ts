import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ChatOptions, isLlmDoError, openProject } from "../../src/index.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile } from "../support/loading.ts";
import { modelServer } from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

const TOOLS = codeFile(
  "let count = 0;",
  "export const notes = toolset({",
  '  take: tool({ description: "Take.", input: z.object({}), effect: "external",',
  '    run: () => "ticket " + ++count }),',
  "});",
  'export const plain = tool({ description: "Plain.", input: z.object({}), effect: "pure",',
  '  run: () => "plain" });',
);

const MODEL = "model: anthropic:claude-haiku-4-5";

/** A project with a worker that answers, and one that takes tickets and needs an approval for that. */
async function chatting(env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  writeFiles(folder.path, {
    "main.worker": `---\n${MODEL}\nentry: true\n---\nYou talk.\n`,
    "taker.worker": `---\n${MODEL}\ntoolsets: { notes: {} }\n---\nYou take tickets.\n`,
    "tools.ts": TOOLS,
  });
  const files = ["main.worker", "taker.worker", "tools.ts"].map((file) => join(folder.path, file));
  const open = (variables = env) =>
    openProject({ files, host: testHost({ cwd: folder.path, env: variables }) });
  return {
    path: folder.path,
    open,
    chat: async (options?: ChatOptions) => (await open()).chat(options),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Counts the messages that it is sent. */
const counting = () => modelServer(({ messages }) => [`${messages.length} messages`]);

/** Takes one ticket a turn: calls the tool, then says what it was told. */
const taking = () =>
  modelServer(({ messages }) => {
    const last = JSON.stringify(messages.at(-1));
    const said = /ticket \d+/.exec(last)?.[0];
    return said ? [`You have ${said}.`] : [{ tool: "take", input: {} }];
  });

async function codeOf(running: Promise<unknown>): Promise<string> {
  try {
    await running;
  } catch (error) {
    if (isLlmDoError(error)) return error.code;
    throw error;
  }
  return "done";
}

describe("a chat", () => {
  test("sends what was said before with each turn, and caches it", async () => {
    await using server = await counting();
    using project = await chatting(server.env);
    const chat = await project.chat();
    expect(chat.messages).toEqual([]);
    expect((await chat.send("One.").result).output).toBe("1 messages");
    expect((await chat.send("Two.").result).output).toBe("3 messages");
    expect(chat.messages.map(({ kind }) => kind)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    for (const { messages } of server.asked) {
      expect(JSON.stringify(messages.at(-1))).toContain("cache_control");
    }
    const report = await chat.send("Three.").result;
    expect(chat.messages).toEqual(report.messages);
    expect(chat.usage.inputTokens).toBe(3 * report.usage.inputTokens);
  });

  test("goes on with messages that were kept as JSON", async () => {
    await using server = await counting();
    using project = await chatting(server.env);
    const first = await project.chat();
    await first.send("One.").result;
    const messages = JSON.parse(JSON.stringify(first.messages));
    const second = await project.chat({ messages });
    messages.length = 0;
    expect((await second.send("Two.").result).output).toBe("3 messages");
    await expect(project.chat({ messages: [{ kind: "user" }] as never })).rejects.toThrow(
      'Failed to use "messages[0].content": it must be a list, and is missing',
    );
  });

  test("is as it was after a turn that fails or is cancelled", async () => {
    await using server = await counting();
    using project = await chatting(server.env);
    const chat = await project.chat();
    await chat.send("One.").result;
    const { messages, usage } = chat;
    const { answer } = server;
    server.answer = () => undefined;
    expect(await codeOf(chat.send("Two.").result)).toBe("provider");
    expect(chat.messages).toBe(messages);
    server.answer = answer;
    const cancelled = chat.send("Three.");
    cancelled.cancel("no");
    expect(await codeOf(cancelled.result)).toBe("aborted");
    expect(chat.messages).toBe(messages);
    expect(chat.usage).toEqual(usage);
    expect((await chat.send("Four.").result).output).toBe("3 messages");
  });

  test("counts the tokens of a turn that fails", async () => {
    await using server = await taking();
    using project = await chatting(server.env);
    const chat = await project.chat({ entry: "taker" });
    expect(await codeOf(chat.send("Please.").result)).toBe("approval-needed");
    expect(chat.usage.inputTokens).toBeGreaterThan(0);
    expect(chat.messages).toEqual([]);
  });

  test("refuses a turn while one is under way", async () => {
    await using server = await counting();
    using project = await chatting(server.env);
    const chat = await project.chat();
    const first = chat.send("One.");
    expect(await codeOf(chat.send("Two.").result)).toBe("usage");
    expect((await first.result).output).toBe("1 messages");
    expect((await chat.send("Two.").result).output).toBe("3 messages");
  });

  test("forks: each goes its own way", async () => {
    await using server = await counting();
    using project = await chatting(server.env);
    const chat = await project.chat();
    await chat.send("One.").result;
    const fork = chat.fork();
    await Promise.all([chat.send("Two.").result, fork.send("Other.").result]);
    await fork.send("More.").result;
    expect([chat.messages.length, fork.messages.length]).toEqual([4, 6]);
    expect(JSON.stringify(chat.messages)).not.toContain("Other.");
    expect(fork.usage.outputTokens).toBe(chat.usage.outputTokens);
  });

  test("refuses options that it does not have", async () => {
    using project = await chatting();
    const wrong: object = { entri: "main" };
    await expect(project.chat(wrong)).rejects.toThrow("entri");
    await expect(project.chat({ input: "Hi." } as ChatOptions)).rejects.toThrow("input");
  });

  test("with code is refused", async () => {
    using project = await chatting();
    const chat = await project.chat({ entry: "plain" });
    expect(await codeOf(chat.send({}).result)).toBe("usage");
  });

  test("remembers an approval for the session, in a fork as well", async () => {
    await using server = await taking();
    using project = await chatting(server.env);
    let asked = 0;
    const chat = await project.chat({
      entry: "taker",
      approvals: async () => {
        asked++;
        return { kind: "allow", by: "person", forSession: true };
      },
    });
    await chat.send("One.").result;
    await chat.send("Two.").result;
    await chat.fork().send("Three.").result;
    expect(asked).toBe(1);
    const other = await project.open();
    await other
      .chat({
        entry: "taker",
        approvals: async () => {
          asked++;
          return { kind: "allow", by: "person" };
        },
      })
      .send("One.").result;
    expect(asked).toBe(2);
  });

  test.each(["auto", "record"] as const)(
    "is one cassette, recorded by %s, in which equal calls of two turns are two",
    async (mode) => {
      await using server = await taking();
      using project = await chatting(server.env);
      const cassette = { path: join(project.path, "chat.yaml"), mode };
      const approvals = "approve-all" as const;
      const talk = async (options: ChatOptions, open: typeof project.open) => {
        const chat = (await open()).chat({ entry: "taker", ...options });
        const outputs: unknown[] = [];
        for (const input of ["One.", "Two.", "Three."]) {
          outputs.push((await chat.send(input).result).output);
        }
        return { outputs, messages: chat.messages };
      };
      const recorded = await talk({ cassette, approvals }, project.open);
      expect(new Set(recorded.outputs).size).toBe(3);
      const asked = server.asked.length;
      const replay = { path: cassette.path, mode: "replay" } as const;
      const replayed = await talk({ cassette: replay, approvals }, () => project.open({}));
      expect(replayed).toEqual(recorded);
      expect(server.asked.length).toBe(asked);
    },
  );
});
