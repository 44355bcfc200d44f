import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, runNode } from "./command.ts";
import {
  type Conversation,
  conversation,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  USAGE,
} from "./conversation.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { interleave, medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { KIB_PER_MB, usedBy } from "./used.ts";

const SHAPE = { turnCount: 1000, turnBytes: 1500, lineBytes: 300 } as const;

/** The most memory that the built command holds while it replays a long conversation. */
export const memory: Figure = {
  name: "memory",
  measure: async () => {
    const said = conversation(SHAPE);
    const folder = temporaryFolder();
    writeProject(said, folder);
    const words = ["main.worker", "tools.js", said.prompt, "--cassette", "main.yaml"];
    runNode(llmDo(...words, "--mode", "record", "--script", "script.json"), folder);
    const replayed = [...llmDo(...words, "--mode", "replay")];
    const rounds = await interleave(
      {
        bareKib: () => usedBy(["-e", "0"], folder).peakKib,
        replayKib: () => usedBy(replayed, folder).peakKib,
      },
      { rounds: ROUNDS, warmUps: 0 },
    );
    return [
      {
        figure: "peak memory of a replay of 1000 turns",
        measured: medianOf(rounds, (round) => round.replayKib) / KIB_PER_MB,
        bound: 90,
        unit: "MB",
      },
      {
        figure: "peak memory of node -e 0",
        measured: medianOf(rounds, (round) => round.bareKib) / KIB_PER_MB,
        bound: undefined,
        unit: "MB",
      },
    ];
  },
};

function writeProject(said: Conversation, folder: string): void {
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  write(
    "main.worker",
    `---\nmodel: anthropic:claude-haiku-4-5\ntoolsets:\n  tools:\n    _approval_config:\n      ${TOOL_NAME}: { pre_approved: true }\n---\n${said.system}\n`,
  );
  write("tools.js", TOOLS_SOURCE);
  for (const { toolInput, toolOutput } of said.turns) write(`${toolInput.line}.txt`, toolOutput);
  write("script.json", JSON.stringify(scriptOf(said)));
}

/** Its one tool reads a file that never changes, so that the outputs are not held all the time. */
const TOOLS_SOURCE = `
import { readFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
const json = { type: "object", properties: { path: { type: "string" }, line: { type: "number" } } };
const jsonSchema = { input: () => json, output: () => json };
const input = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }), jsonSchema } };
const description = ${JSON.stringify(TOOL_DESCRIPTION)};
const run = ({ line }) => readFileSync(new URL(line + ".txt", import.meta.url), "utf8");
export const tools = toolset({ ${TOOL_NAME}: tool({ description, input, effect: "pure", run }) });
`;

function scriptOf({ turns, lastAnswer }: Conversation): readonly object[] {
  const items = turns.map(({ text, toolCallId, toolInput }) => ({
    text,
    tool_call: { id: toolCallId, name: TOOL_NAME, input: toolInput },
    usage: USAGE,
  }));
  return [...items, { text: lastAnswer, usage: USAGE }];
}
