import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Asker, Asking, RunEvent, RunRequest } from "../../src/index.ts";
import { type RequestIn, runOf, runsOf } from "../support/failing-run.ts";
import { codeFile } from "../support/loading.ts";

const calls = ["ada", "ada", "bob"]
  .map((to) => `- tool_call: { name: send, input: { to: ${to} } }`)
  .join("\n  ");
const FILES = {
  "main.worker": "---\nmodel: mine:m\ntoolsets: [mail]\n---\nGo.\n",
  "tools.ts": codeFile(
    `export const mail = toolset({ send: tool({ description: "d", effect: "external",
  input: z.object({ to: z.string() }), run: ({ to }) => "sent to " + to }) });`,
  ),
  "script.yaml": `- ${calls}\n- Done.\n`,
};

const at =
  (mode: "record" | "replay" | "auto", more: Partial<RunRequest> = {}): RequestIn =>
  (folder) => ({ cassette: { path: join(folder, "c.yaml"), mode }, ...more });

/** What a run did, as far as its events tell. */
const toldOf = (events: readonly RunEvent[] = []) =>
  events.flatMap((event) => (event.kind === "tool-result" ? [event.output] : [])).toSorted();

/** The ids of what was decided, also where an answer for the session decided it. */
const decidedIn = (events: readonly RunEvent[] = []) =>
  events.flatMap((event) => (event.kind === "approval-decision" ? [event.id] : [])).toSorted();

describe("approvals of a run from code", () => {
  test.each<[string, Asking]>([
    ["one by one", "one-by-one"],
    ["at once", "at-once"],
  ])("are recorded and replayed, asked %s", async (_how, asking) => {
    const asked: string[] = [];
    const approvals: Asker = async ({ id, input }) => {
      asked.push(id);
      if (!JSON.stringify(input).includes("ada")) return false;
      return { kind: "allow", by: "person", forSession: true };
    };
    const [recorded, replayed] = await runsOf(
      FILES,
      at("record", { approvals, asking }),
      at("replay", { asking }),
    );
    expect(recorded?.output).toBe("Done.");
    expect(toldOf(recorded?.events)).toEqual(["sent to ada", "sent to ada", "the person said no"]);
    expect(replayed?.error).toBeUndefined();
    expect(toldOf(replayed?.events)).toEqual(toldOf(recorded?.events));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(decidedIn(replayed?.events)).toEqual(decidedIn(recorded?.events));
  });

  test("that were withdrawn are not recorded, whatever comes later", async () => {
    const controller = new AbortController();
    const late: ((answer: boolean) => void)[] = [];
    const approvals: Asker = () => {
      controller.abort("the client went");
      return new Promise((answer) => late.push(answer));
    };
    let text = "";
    const { error } = await runOf(FILES, (folder) => {
      const path = join(folder, "c.yaml");
      return {
        ...at("auto")(folder),
        approvals,
        asking: "at-once",
        signal: controller.signal,
        onEvent: ({ kind }) => {
          if (kind === "approval-decision") for (const answer of late) answer(false);
          if (kind === "run-end") text = existsSync(path) ? readFileSync(path, "utf8") : "";
        },
      };
    });
    expect(error).toMatchObject({ code: "aborted", reason: "the client went" });
    expect(text).toContain("exchange: ");
    expect(text).not.toContain("decision: ");
  });
});
