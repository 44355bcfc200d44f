import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { type Message, type RunRequest, run } from "../../src/index.ts";
import type { ContentPart } from "../../src/model/message.ts";
import { wireServer } from "../support/answering-server.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";
import { answer, answering } from "./a-project.ts";

const MODELS = {
  anthropic: "anthropic:claude-sonnet-4-5",
  "openai-responses": "openai:gpt-5.1",
  "openai-chat": "ollama:qwen3",
};
const WIRES = Object.values(MODELS);

const TOOLS = codeFile(
  "export const notes = toolset({",
  '  look: tool({ description: "Look.", input: z.object({ at: z.string() }), effect: "pure",',
  '    run: ({ at }) => "saw " + at }),',
  "});",
  'export const plain = tool({ description: "Plain.", input: z.object({}), effect: "pure",',
  '  run: () => "plain" });',
);
const WORKER = `---\ntoolsets:\n  notes:\n    _approval_config: { look: { pre_approved: true } }\n---\nYou look.\n`;

/** A project whose worker has a tool. */
function lookingProject() {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "main.worker": WORKER, "tools.ts": TOOLS });
  const host = (env: Readonly<Record<string, string>> = {}) => testHost({ cwd: folder.path, env });
  return {
    path: folder.path,
    host,
    run: (request: Partial<RunRequest>, env?: Readonly<Record<string, string>>) =>
      run({
        files: [join(folder.path, "main.worker"), join(folder.path, "tools.ts")],
        entry: "main",
        input: "Look at the sea.",
        host: host(env),
        ...request,
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const json = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

async function failureOf(running: Promise<unknown>) {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLlmDoError(error)) throw new Error("expected a coded error");
  return error;
}

describe("a history", () => {
  test.each(WIRES.flatMap((first) => WIRES.map((second) => ({ first, second }))))(
    "of $first goes on with $second",
    async ({ first, second }) => {
      using project = lookingProject();
      await using server = await wireServer([
        { tool: "look", input: { at: "sea" }, thinking: "deep thought" },
        "The sea.",
        "Fine.",
      ]);
      const before = await project.run({ model: first }, server.env);
      const messages = json(before.messages);
      expect(messages).toEqual(before.messages);
      const after = await project.run({ model: second, messages, input: "And now?" }, server.env);
      expect(after.output).toBe("Fine.");
      const sent = JSON.stringify(server.bodies[2]);
      for (const said of ["Look at the sea.", "saw sea", "The sea.", "And now?"]) {
        expect(sent).toContain(said);
      }
      // What only the first provider understands goes to nobody else.
      const isSame = first === second;
      expect(/s1g|c1pher/.test(sent)).toBe(isSame && first !== MODELS["openai-chat"]);
      if (!isSame) expect(sent).not.toContain("deep thought");
      expect(after.messages.slice(0, messages.length)).toEqual(messages);
      expect(after.messages.map(({ kind }) => kind)).toEqual([
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "assistant",
      ]);
      expect(after.messages.at(-1)).toMatchObject({ model: second });
    },
  );

  test("of another provider on the same wire is left without what only that understands", async () => {
    using project = lookingProject();
    await using server = await wireServer(["Fine."]);
    const extra = { wire: "openai-responses", data: { id: "rs_1", encrypted_content: "c1pher" } };
    const messages: Message[] = [
      { kind: "user", content: [{ kind: "text", text: "Hello." }] },
      {
        kind: "assistant",
        model: "elsewhere:gpt-5",
        parts: [
          { kind: "opaque", extra },
          { kind: "text", text: "Hi.", extra },
        ],
      },
      { kind: "assistant", model: "elsewhere:gpt-5", parts: [{ kind: "opaque", extra }] },
    ];
    await project.run({ model: MODELS["openai-responses"], messages }, server.env);
    const sent = JSON.stringify(server.bodies[0]);
    expect(sent).toContain("Hi.");
    expect(sent).not.toContain("c1pher");
  });

  test("keeps its files through JSON, and its key", async () => {
    using project = lookingProject();
    writeFiles(project.path, { "photo.png": BYTES.png });
    const asked: RunRequest["transport"] = {
      async *stream(request) {
        const files = request.messages.flatMap((message) =>
          message.kind === "user" ? message.content.filter((part) => part.kind !== "text") : [],
        );
        const text = files.map((file) => ("sha256" in file ? file.sha256 : "")).join();
        yield { kind: "part", part: { kind: "text", text } };
        const usage = { inputTokens: 1, outputTokens: 1 };
        yield { kind: "end", stop: "end", usage, source: "script" };
      },
    };
    const cassette = { path: join(project.path, "c.yaml"), mode: "auto" } as const;
    const model = "test:m";
    const input = { input: "Look.", attachments: ["photo.png"] };
    const first = await project.run({ input, model, cassette, transport: asked });
    const second = { model, input: "Again.", cassette };
    const { output } = await project.run({ ...second, messages: first.messages, transport: asked });
    expect(output).toBe(first.output);
    const text = JSON.stringify(first.messages);
    expect(text).toContain(Buffer.from(BYTES.png).toString("base64"));
    const replay = { ...cassette, mode: "replay" } as const;
    const again = await project.run({ ...second, messages: JSON.parse(text), cassette: replay });
    expect(again.output).toBe(output);
    expect(again.messages).toEqual(
      (await project.run({ ...second, messages: first.messages, cassette: replay })).messages,
    );
  });

  const user = { kind: "user", content: [{ kind: "text", text: "Hi." }] };
  const call = { kind: "tool-call", id: "t1", name: "look", input: { at: "sea" } };
  const asking = { kind: "assistant", parts: [{ kind: "text", text: "Let me." }, call] };
  const result = { kind: "tool", id: "t1", name: "look", content: [], isError: false };

  test.each([
    ["a call without its result", [user, asking], "messages[1].parts[1]", '"t1" of look has no re'],
    ["a call that another answer follows", [user, asking, user], "messages[1].parts[1]", "no re"],
    ["a result without its call", [user, result], "messages[1]", '"t1" of look answers no call'],
    ["a second result", [user, asking, result, result], "messages[3]", "answers no call"],
    [
      "two calls of one id",
      [{ kind: "assistant", parts: [call, call] }],
      "messages[0].parts[1]",
      'two calls have the id "t1"',
    ],
    ["no message", [user, null], "messages[1]", "it must be an object, and is null"],
    ["a role for a kind", [{ role: "user", content: "Hi." }], "messages[0].kind", "is missing"],
    ["a text for content", [{ kind: "user", content: "Hi." }], "messages[0].content", "a list"],
    [
      "a kind of part that is none",
      [{ kind: "assistant", parts: [{ kind: "image" }] }],
      "messages[0].parts[0].kind",
      'and is "image"',
    ],
    [
      "a field too many",
      [{ ...user, contents: [] }],
      "messages[0].contents",
      'did you mean "content"?',
    ],
    [
      "bytes that are none",
      [{ kind: "user", content: [{ kind: "attachment", name: "a", mediaType: "b", bytes: {} }] }],
      "messages[0].content[0].bytes",
      "and is an object",
    ],
    [
      "another file's hash",
      [
        {
          kind: "user",
          content: [{ kind: "attachment", name: "a", mediaType: "b", bytes: "AAAA", sha256: "no" }],
        },
      ],
      "messages[0].content[0].sha256",
      "not the hash",
    ],
    [
      "an input that is no JSON",
      [{ kind: "assistant", parts: [{ ...call, input: 1n }] }],
      "messages[0].parts[0].input",
      "a bigint",
    ],
  ])("with %s is refused with its place", async (_what, messages, path, reason) => {
    using project = lookingProject();
    // A program in JavaScript may pass anything.
    const error = await failureOf(project.run({ messages: messages as unknown as Message[] }));
    expect(error.code).toBe("usage");
    expect(error.what).toBe(path);
    expect(error.reason).toContain(reason);
  });

  test.each([
    ["http://169.254.169.254/latest", "a text may name a host of the public internet only"],
    ["http://localhost:8080/a.png", "a text may name a host of the public internet only"],
    ["https://10.0.0.1/a.png", "a text may name a host of the public internet only"],
    ["file:///etc/passwd", "its scheme is file, and must be https or http"],
    ["https://ada:secret@example.com/a.png", "it holds a user's name or password"],
    ["a.png", "it is not an address"],
  ])("with the address %s is refused with its place", async (url, reason) => {
    using project = lookingProject();
    const asked = { kind: "text", text: "See." } as const;
    const file = { kind: "attachment-url", mediaType: "image/png", url } as const;
    const before = [
      { kind: "user", content: [asked, file] },
      { kind: "assistant", parts: [{ kind: "text", text: "Seen." }] },
    ] as const;
    const error = await failureOf(project.run({ messages: before, model: MODELS.anthropic }));
    expect(error).toMatchObject({ code: "usage", what: "messages[0].content[1].url" });
    expect(error.reason).toContain(reason);
    expect(error.report()).not.toContain("secret");
  });

  test("takes an address of a local network that code names", async () => {
    using project = lookingProject();
    const url = new URL("http://files.internal/a.png");
    const file = { kind: "attachment-url", mediaType: "image/png", url } as unknown as ContentPart;
    const before: readonly Message[] = [{ kind: "user", content: [file] }];
    const transport = answering(answer("Seen."));
    const { messages } = await project.run({
      messages: before,
      transport,
      model: MODELS.anthropic,
    });
    expect(messages[0]).toMatchObject({ content: [{ url: url.href }] });
  });

  test("that is no list is refused by its name", async () => {
    using project = lookingProject();
    const messages = { role: "user" } as unknown as Message[];
    const error = await failureOf(project.run({ messages }));
    expect(error.code).toBe("usage");
    expect(error.message).toContain("messages");
  });

  test("before a code entry is refused", async () => {
    using project = lookingProject();
    const messages = [user] as Message[];
    const error = await failureOf(project.run({ messages, entry: "plain", input: {} }));
    expect(error.message).toBe(
      'Failed to run "plain": it is code, and only a worker goes on with earlier messages',
    );
    expect((await project.run({ messages: [], entry: "plain", input: {} })).output).toBe("plain");
  });

  test("is not changed by a run, nor a run by changes to it", async () => {
    using project = lookingProject();
    await using server = await wireServer(["One.", "Two."]);
    const first = await project.run({ model: MODELS.anthropic }, server.env);
    const messages = json(first.messages) as Message[];
    const kept = json(messages);
    const running = project.run({ model: MODELS.anthropic, messages, input: "More." }, server.env);
    const second = await running;
    expect(messages).toEqual(kept);
    messages.length = 0;
    expect(second.messages).toHaveLength(4);
  });
});
