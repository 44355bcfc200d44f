import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../../support/cli.ts";
import { runCliHere } from "../../support/cli-here.ts";
import { folderWith } from "../../support/cli-project.ts";
import { breakingAfter, saying, sending, useWireServer } from "./wire-server.ts";
import { CHAT, type SpokenWire, WIRES } from "./wires.ts";

const server = useWireServer();

const wires = WIRES.map((wire) => [wire.name, wire] as const);

const TOOLS = `import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";

const folder = z.string().optional();
export const disk = toolset({
  remove: tool({
    description: "Remove a folder; everything when none is given.",
    input: z.object({ folder }),
    effect: "external",
    approval: "allow",
    run: (input) => {
      appendFileSync("ran.txt", JSON.stringify(input));
      return \`removed \${input.folder ?? "EVERYTHING"}\`;
    },
  }),
});
`;

function project(wire: SpokenWire, more = "") {
  return folderWith({
    "main.worker": `---\nmodel: ${wire.model}\ntoolsets: [disk]${more}\n---\nYou tidy up.\n`,
    "tools.ts": TOOLS,
  });
}

const run = ["main.worker", "tools.ts", "Go."];

const remove = (argumentsText: string) => ({
  calls: [{ id: "c1", name: "remove", arguments: argumentsText }],
});

describe.each(wires)("a run over HTTP on the wire %s", (_name, wire) => {
  test("runs a call whose arguments are wrapped with what they mean, and replays the same", async () => {
    using folder = project(wire);
    const wrapped = JSON.stringify(JSON.stringify({ folder: "a" }));
    server.answer(saying(wire, remove(wrapped)), saying(wire, { text: "Done." }));
    const args = [...run, "--cassette", "c.yaml"];
    const recorded = await runCli(args, { cwd: folder.path, env: server.env });
    expect(recorded).toMatchObject({ code: 0, stdout: "Done.\n" });
    const ran = () => readFileSync(join(folder.path, "ran.txt"), "utf8");
    expect(ran()).toBe('{"folder":"a"}');
    const cassette = readFileSync(join(folder.path, "c.yaml"), "utf8");
    const replayed = await runCli([...args, "--mode", "replay"], { cwd: folder.path });
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    expect(readFileSync(join(folder.path, "c.yaml"), "utf8")).toBe(cassette);
    expect(ran()).toBe('{"folder":"a"}');
  });

  test("tells the model and the person that the token limit cut a call, twice, then gives up", async () => {
    using folder = project(wire);
    server.answer(saying(wire, { ...remove('{"folder":"a'), stop: wire.limit }));
    const { code, stderr, stdout } = await runCliHere(run, { cwd: folder.path, env: server.env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(server.bodies).toHaveLength(3);
    expect(JSON.stringify(server.bodies[1])).toContain("reached its token limit before the call");
    expect(stderr).toContain("warning: the token limit cut the call of remove by main");
    expect(stderr).toContain("Try: raise settings.max_tokens of main");
    expect(existsSync(join(folder.path, "ran.txt"))).toBe(false);
  });

  test("counts calls that cannot be made in --max-calls", async () => {
    using folder = project(wire);
    server.answer(saying(wire, remove('{"folder":"a')));
    const args = [...run, "--max-calls", "2"];
    const { code, stderr } = await runCliHere(args, { cwd: folder.path, env: server.env });
    expect(code).toBe(5);
    expect(server.bodies).toHaveLength(3);
    expect(stderr).toContain("2 of 2 calls");
  });

  test("gives up after five answers in a row without a call that can be made", async () => {
    using folder = project(wire);
    server.answer(saying(wire, remove("[]")));
    const { code, stderr } = await runCliHere(run, { cwd: folder.path, env: server.env });
    expect(code).toBe(1);
    expect(server.bodies).toHaveLength(6);
    expect(JSON.stringify(server.bodies[1])).toContain(
      "must be a JSON object, and they are a list",
    );
    expect(stderr).toContain("hold no tool call that can be made");
  });

  test("gives each of two calls with one id its own result", async () => {
    using folder = project(wire);
    const calls = ["a", "b"].map((path) => ({
      id: "remove",
      name: "remove",
      arguments: JSON.stringify({ folder: path }),
    }));
    server.answer(saying(wire, { calls }), saying(wire, { text: "Done." }));
    expect((await runCliHere(run, { cwd: folder.path, env: server.env })).code).toBe(0);
    expect(resultsIn(server.bodies[1])).toEqual(["removed a", "removed b"]);
  });

  test("never records half a text, and says that it tried again", async () => {
    using folder = project(wire);
    const half = wire.events({ text: "Do NOT delete the folder." }).slice(0, 4).join("");
    server.answer(sending(half), breakingAfter(half), sending(half));
    const args = [...run, "--cassette", "c.yaml"];
    const { code, stdout, stderr } = await runCliHere(args, { cwd: folder.path, env: server.env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(server.bodies).toHaveLength(3);
    expect(stderr).toContain("the answer broke off");
    const path = join(folder.path, "c.yaml");
    expect(existsSync(path) ? readFileSync(path, "utf8") : "").not.toContain("Do N");
  });

  test("takes the second answer where the first one broke off", async () => {
    using folder = project(wire);
    const half = wire.events({ text: "Do NOT delete the folder." }).slice(0, 4).join("");
    server.answer(sending(half), saying(wire, { text: "Keep it." }));
    const { code, stdout } = await runCliHere(run, { cwd: folder.path, env: server.env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Keep it.\n" });
  });

  test("finds JSON behind thinking, in a fence among words", async () => {
    const schema =
      "{ type: object, properties: { a: { type: integer } }, required: [a], additionalProperties: false }";
    using folder = project(wire, `\noutput_schema: ${schema}`);
    const text = '<think>\nhm\n</think>\n\nHere it is:\n```json\n{"a": 4}\n```';
    server.answer(saying(wire, { text }));
    const { code, stdout } = await runCliHere(run, { cwd: folder.path, env: server.env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ a: 4 });
    expect(server.bodies).toHaveLength(1);
  });
});

test("an empty end of a turn is legitimate at Anthropic, and warns", async () => {
  const [[, anthropic]] = wires as unknown as [readonly [string, SpokenWire]]; // the first of the table
  using folder = project(anthropic);
  server.answer(saying(anthropic, { stop: "end_turn" }));
  const { code, stderr } = await runCliHere(run, { cwd: folder.path, env: server.env });
  expect(code).toBe(0);
  expect(stderr).toContain("warning: the model of main ended its turn without saying anything");
});

test("a filtered answer says what filtered it", async () => {
  using folder = project(CHAT);
  server.answer(saying(CHAT, { stop: "content_filter: PROHIBITED_CONTENT" }));
  const { code, stderr } = await runCliHere(run, { cwd: folder.path, env: server.env });
  expect(code).toBe(1);
  expect(stderr).toContain("its model refused: content_filter: PROHIBITED_CONTENT");
});

/** The texts of the results that a request sends, whatever its wire. */
function resultsIn(body: unknown): string[] {
  return [...JSON.stringify(body).matchAll(/"(removed [^"]*)"/g)].map(([, text = ""]) => text);
}
