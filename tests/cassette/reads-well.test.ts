import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import { bytesAttachment, type Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { goingOn, problems, question, saying, TestSession, textOf } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const SYSTEM = `You review reports before they are sent.

- Say what is missing, in at most three points.
- Write the points to review.md with the tool; never send anything yourself.
`;

const first: ModelRequest = question("", {
  system: SYSTEM,
  tools: [
    {
      name: "write_file",
      description: "Write a file in the working folder.",
      inputSchema: {
        type: "object",
        properties: {
          path: { type: "string" },
          text: { type: "string", description: "All of it." },
        },
        required: ["path", "text"],
        additionalProperties: false,
      },
    },
    {
      name: "notify",
      description: "Tell the author.",
      inputSchema: { type: "object", properties: {} },
    },
  ],
  settings: { temperature: 0, maxTokens: 1024 },
  messages: [
    {
      kind: "user",
      content: [
        {
          kind: "text",
          text: "Review the attached report.\n\nIt goes to the board tomorrow: be strict.\n",
        },
        bytesAttachment("report.pdf", "application/pdf", Buffer.from("%PDF-1.7 a report")),
      ],
    },
  ],
});

const REVIEW = `# Review

1. The totals on page 3 do not add up.
2. No figure has a source.
`;

const writes: Answer = saying("", {
  parts: [
    {
      kind: "thinking",
      text: "Two points matter: the totals, and the sources.\nI write them down first.",
      extra: {
        wire: "anthropic",
        data: { signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl" },
      },
    },
    { kind: "text", text: "I write down two points." },
    {
      kind: "tool-call",
      id: "toolu_01",
      name: "write_file",
      input: { path: "review.md", text: REVIEW },
    },
    { kind: "tool-call", id: "toolu_02", name: "notify", input: {} },
  ],
  stop: "tool-calls",
  usage: { inputTokens: 1204, outputTokens: 188, cacheReadTokens: 900 },
});

function result(id: string, name: string, text: string, isError = false): Message {
  return { kind: "tool", id, name, content: [{ kind: "text", text }], isError };
}

const second = goingOn(
  first,
  writes,
  result("toolu_01", "write_file", "review.md written, 5 lines\n"),
  result("toolu_02", "notify", "no author is known", true),
);

const looks: Answer = saying("", {
  parts: [{ kind: "tool-call", id: "toolu_03", name: "author_of", input: { path: "report.pdf" } }],
  stop: "tool-calls",
});

const third = goingOn(second, looks, result("toolu_03", "author_of", "Ada\n"));

const done = saying(
  "The review is in review.md:\n\n1. The totals on page 3 do not add up.\n2. No figure has a source.\n\nI could not tell the author.",
);

test("a cassette reads well", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const session = new TestSession({ path, mode: "record" }, writes, looks, done);
  await session.ask(first);
  await session.session.effects
    .perform({ tool: "notify", input: {}, effect: "external", callId: "main/notify" }, async () => {
      throw new Error("no author is known");
    })
    .catch(() => undefined);
  await session.ask(second);
  await session.ask(third);
  session.close();
  expect(problems(path)).toEqual([]);
  expect(textOf(path)).toMatchInlineSnapshot(`
    "cassette: 1
    ---
    exchange: 9485c1e983d4eda9
    call: main
    source: live
    model: anthropic:claude-haiku-4-5
    system: |
      You review reports before they are sent.

      - Say what is missing, in at most three points.
      - Write the points to review.md with the tool; never send anything yourself.
    tools:
      - name: write_file
        description: Write a file in the working folder.
        inputSchema:
          type: object
          properties: { path: { type: string }, text: { type: string, description: All of it. } }
          required: [path, text]
          additionalProperties: false
      - name: notify
        description: Tell the author.
        inputSchema: { type: object, properties: {} }
    settings: { temperature: 0, maxTokens: 1024 }
    messages:
      - user:
          - text: |
              Review the attached report.

              It goes to the board tomorrow: be strict.
          - attachment:
              name: report.pdf
              mediaType: application/pdf
              sha256: 8df41e8cbbff09dd2c8cee2e1167b3cef93076d1a86b4f562f4a2b397e7ff155
              bytes: 17
    response:
      - thinking: |-
          Two points matter: the totals, and the sources.
          I write them down first.
        extra: { wire: anthropic, data: { signature: EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl } }
      - text: I write down two points.
      - tool_call:
          id: toolu_01
          name: write_file
          input:
            path: review.md
            text: |
              # Review

              1. The totals on page 3 do not add up.
              2. No figure has a source.
      - tool_call: { id: toolu_02, name: notify, input: {} }
    stop: tool-calls
    usage: { inputTokens: 1204, outputTokens: 188, cacheReadTokens: 900 }
    timing: { firstMs: 0, totalMs: 0 }
    ---
    effect: 05e736e90853fae8
    call: main/notify
    tool: notify
    kind: external
    input: {}
    error: no author is known
    timing: { totalMs: 0 }
    ---
    exchange: ac1c53e7701c1b14
    after: 9485c1e983d4eda9
    messages:
      - tool:
          id: toolu_01
          output: |
            review.md written, 5 lines
      - tool: { id: toolu_02, error: no author is known }
    response:
      - tool_call: { id: toolu_03, name: author_of, input: { path: report.pdf } }
    stop: tool-calls
    usage: { inputTokens: 100, outputTokens: 20 }
    timing: { firstMs: 0, totalMs: 0 }
    ---
    exchange: 93d1d065de00b8c9
    after: ac1c53e7701c1b14
    messages:
      - tool:
          id: toolu_03
          output: |
            Ada
    response:
      - text: |-
          The review is in review.md:

          1. The totals on page 3 do not add up.
          2. No figure has a source.

          I could not tell the author.
    stop: end
    usage: { inputTokens: 100, outputTokens: 20 }
    timing: { firstMs: 0, totalMs: 0 }
    "
  `);
});
