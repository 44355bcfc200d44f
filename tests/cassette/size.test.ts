import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Answer } from "../../src/model/answer.ts";
import { type ContentPart, type Message, userText } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { goingOn, problems, question, record, saying } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

/** Paragraphs of about 250 bytes, as models and documents have them; no two are alike. */
function prose(seed: number, paragraphs: number): string {
  const sentence = "The inbox holds invoices, photos and notes that nobody has looked at. ";
  return Array.from(
    { length: paragraphs },
    (_, paragraph) => `Turn ${seed}, paragraph ${paragraph}: ${sentence.repeat(3).trim()}\n`,
  ).join("");
}

/** A conversation of a model with a tool, in which a person says something each tenth turn. */
function conversation(turns: number) {
  const exchanges: [ModelRequest, Answer][] = [];
  let request = question("Begin.");
  let said = `${request.system}Begin.`;
  for (let turn = 0; turn < turns; turn++) {
    const [text, output] = [prose(turn, 2), prose(turn, 4)];
    const input = { path: `inbox/${turn}.md`, line: turn };
    const id = `toolu_${String(turn).padStart(24, "0")}`;
    const answer = saying("", {
      parts: [
        { kind: "text", text },
        { kind: "tool-call", id, name: "read_file", input },
      ],
      stop: "tool-calls",
      usage: { inputTokens: 4000 + turn, outputTokens: 300 },
    });
    exchanges.push([request, answer]);
    said += text + JSON.stringify({ id, name: "read_file", input });
    if (turn === turns - 1) break;
    const result: Message = {
      kind: "tool",
      id,
      name: "read_file",
      content: [{ kind: "text", text: output }],
      isError: false,
    };
    const prompts = turn % 10 === 9 ? [userText(prose(turn, 1))] : [];
    said +=
      JSON.stringify({ id }) +
      output +
      prompts.map(({ content }) => content.map(textOfPart).join("")).join("");
    request = goingOn(request, answer, result, ...prompts);
  }
  return { exchanges, saidBytes: Buffer.byteLength(said) };
}

function textOfPart(part: ContentPart): string {
  return part.kind === "text" ? part.text : "";
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
