import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import { userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { problems, question, record, saying } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

/** Lines of prose of which no two are alike. */
function prose(seed: number, lines: number): string {
  return Array.from(
    { length: lines },
    (_, line) =>
      `Turn ${seed}, line ${line}: the inbox holds invoices, photos and notes that wait.\n`,
  ).join("");
}

/** A conversation of a person, a model and a tool, and the bytes that were said in it. */
function conversation(turns: number) {
  const exchanges: [ModelRequest, Answer][] = [];
  let request = question("Begin.");
  let saidBytes = Buffer.byteLength(request.system) + Buffer.byteLength("Begin.");
  for (let turn = 0; turn < turns; turn++) {
    const [prompt, text, output] = [prose(turn, 3), prose(turn, 6), prose(turn, 11)];
    const input = { path: `inbox/${turn}` };
    const answer = saying("", {
      parts: [
        { kind: "text", text },
        { kind: "tool-call", id: `call_${turn}`, name: "read_file", input },
      ],
      stop: "tool-calls",
      usage: { inputTokens: 4000 + turn, outputTokens: 300 },
    });
    exchanges.push([request, answer]);
    request = {
      ...request,
      messages: [
        ...request.messages,
        { kind: "assistant", parts: answer.parts },
        {
          kind: "tool",
          id: `call_${turn}`,
          name: "read_file",
          content: [{ kind: "text", text: output }],
          isError: false,
        },
        userText(prompt),
      ],
    };
    const isLast = turn === turns - 1;
    saidBytes += Buffer.byteLength(text + JSON.stringify(input));
    if (!isLast) saidBytes += Buffer.byteLength(prompt + output);
  }
  return { exchanges, saidBytes };
}

async function recordedBytes(path: string, turns: number) {
  const { exchanges, saidBytes } = conversation(turns);
  await record(path, exchanges);
  return { saidBytes, fileBytes: statSync(path).size };
}

test("a conversation of 1000 turns takes at most 1.2 times what was said", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const { saidBytes, fileBytes } = await recordedBytes(path, 1000);
  expect(saidBytes / 1000).toBeGreaterThan(1400);
  expect(saidBytes / 1000).toBeLessThan(1600);
  expect(fileBytes / saidBytes).toBeLessThan(1.2);
  expect(problems(path)).toEqual([]);
});

test("a cassette grows with what is said, not with what was said before", async () => {
  using folder = temporaryFolder();
  const sizes: number[] = [];
  for (const turns of [100, 200, 400]) {
    const { fileBytes } = await recordedBytes(join(folder.path, `${turns}.yaml`), turns);
    sizes.push(fileBytes);
  }
  const [small = 0, middle = 0, large = 0] = sizes;
  expect((large - middle) / (middle - small)).toBeGreaterThan(1.95);
  expect((large - middle) / (middle - small)).toBeLessThan(2.05);
});
