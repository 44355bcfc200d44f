import { join } from "node:path";
import { expect } from "vitest";
import type { CassetteOptions } from "../../src/cassette/state/session-state.ts";
import type { Answer } from "../../src/model/answer.ts";
import type { Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { failure, goingOn, question, record, saying, TestSession } from "./cassettes.ts";
import { temporaryFolder } from "./host.ts";

export const ls = {
  name: "ls",
  description: "List files.",
  inputSchema: { type: "object", properties: { path: { type: "string" } } },
};
export const ask = question("Sort the files in the inbox.", {
  system:
    "You organize files.\n\nMove them into folders by their kind, and name\neach folder in lower case.\n",
  tools: [ls],
  settings: { temperature: 0 },
});
export const listed = saying("", {
  parts: [
    { kind: "text", text: "First I look." },
    { kind: "tool-call", id: "t1", name: "ls", input: { path: "inbox" } },
  ],
  stop: "tool-calls",
});
export function output(text: string, isError = false): Message {
  return { kind: "tool", id: "t1", name: "ls", content: [{ kind: "text", text }], isError };
}
export const more = goingOn(ask, listed, output("a.jpg\nb.pdf\n"));
const RECORDED: readonly (readonly [ModelRequest, Answer])[] = [
  [ask, listed],
  [more, saying("Done.")],
];

interface Asking extends Partial<Omit<CassetteOptions, "path" | "mode">> {
  readonly recorded?: readonly (readonly [ModelRequest, Answer])[];
  readonly call?: string;
  /** Asked, and answered, before. */
  readonly before?: readonly ModelRequest[];
}

/** What a replay reports of a request that no recording answers. */
export async function reported(request: ModelRequest, asking: Asking = {}): Promise<string> {
  const { recorded = RECORDED, call = "main", before = [], ...options } = asking;
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  await record(path, recorded, options.rules ? { rules: options.rules } : {});
  const session = new TestSession({ path, ...options });
  for (const earlier of before) await session.ask(earlier, call);
  const error = await failure(() => session.ask(request, call));
  expect(error).toMatchObject({ code: "cassette-miss", exitCode: 3 });
  return error.report().replaceAll(`${folder.path}/`, "");
}
