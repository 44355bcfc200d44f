import type { Answer } from "../../src/model/answer.ts";
import { goingOn, question, record, saying, textOf } from "./cassettes.ts";

/** Two exchanges: a model looks into a folder with a tool, then it is done. */
export const ask = question("Sort them.\n\nAll of them.\n", {
  tools: [{ name: "ls", description: "List files.", inputSchema: { type: "object" } }],
  settings: { temperature: 0 },
});
export const listed: Answer = saying("", {
  parts: [
    { kind: "text", text: "First: list.\nThen: sort.\n" },
    { kind: "tool-call", id: "t1", name: "ls", input: { path: "." } },
  ],
  stop: "tool-calls",
});
export const more = goingOn(ask, listed, {
  kind: "tool",
  id: "t1",
  name: "ls",
  content: [{ kind: "text", text: "a\nb\n" }],
  isError: false,
});
export const done = saying("Done.");

/** Records the conversation; gives the text of the cassette. */
export async function recorded(path: string): Promise<string> {
  await record(path, [
    [ask, listed],
    [more, done],
  ]);
  return textOf(path);
}
