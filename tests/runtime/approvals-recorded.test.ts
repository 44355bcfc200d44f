import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import type { Asker } from "../../src/approval/decide.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { Host } from "../../src/host/host.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { textOf } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const files = {
  "main.worker": workerFile("model: test:model", "toolsets: [send]"),
  "tools.ts": codeFile(
    'export const send = tool({ description: "Send.", input: z.object({ to: z.string() }), effect: "pure", run: ({ to }) => "sent to " + to });',
  ),
  "once.yaml": "- tool_call: { name: send, input: { to: ada } }\n- Done.\n",
  "twice.yaml":
    "- tool_call: { name: send, input: { to: ada } }\n- tool_call: { name: send, input: { to: ada } }\n- Done.\n",
};

/** A folder with a project whose model wants to send, once or twice. */
function project(script: "once" | "twice" = "once") {
  const folder = temporaryFolder();
  writeFiles(folder.path, files);
  const path = join(folder.path, "a.yaml");
  return {
    path,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
    async run(
      mode: "record" | "auto" | "replay",
      approvals: NonNullable<RunRequest["approvals"]>,
      host: Partial<Host> = {},
    ) {
      const events: RunEvent[] = [];
      const outcome = await run({
        files: ["main.worker", "tools.ts"],
        input: "Go.",
        ...(mode === "replay" ? {} : { script: join(folder.path, `${script}.yaml`) }),
        cassette: { path, mode },
        approvals,
        onEvent: (event) => events.push(event),
        host: testHost({ cwd: folder.path, ...host }),
      }).catch((error: unknown) => {
        if (isLlmDoError(error)) return { error, summary: undefined };
        throw error;
      });
      const error = "error" in outcome ? outcome.error : undefined;
      const decided = events.flatMap((event) =>
        event.kind === "approval-decision" ? [`${event.allowed} by ${event.by}`] : [],
      );
      const results = events.flatMap((event) =>
        event.kind === "tool-result" ? [event.output] : [],
      );
      return { error, decided, results, summary: outcome.summary };
    },
  };
}

const person =
  (answer: "yes" | "no" | "always"): Asker =>
  async () =>
    answer === "no"
      ? { kind: "deny", by: "person", reason: "not him" }
      : { kind: "allow", by: "person", forSession: answer === "always" };
const nobody: Asker = () => expect.unreachable("somebody was asked");

describe("a decision that was recorded", () => {
  test.each([
    ["yes", "true by recording", "sent to ada"],
    ["no", "false by recording", "not him"],
  ] as const)("answers in replay before anybody is asked: %s", async (answer, decided, told) => {
    using main = project();
    expect(await main.run("record", person(answer))).toMatchObject({ error: undefined });
    for (const approvals of ["headless", nobody] as const) {
      const replay = await main.run("replay", approvals);
      expect(replay).toMatchObject({ error: undefined, decided: [decided], results: [told] });
      expect(replay.summary?.decisions).toEqual({ served: 1, live: 0, missed: 0, unused: 0 });
    }
  });

  test("by a policy is recorded as well", async () => {
    using main = project();
    await main.run("record", "reject-all");
    expect(textOf(main.path)).toMatch(/^allowed: false\nreason: .*\nby: policy$/m);
    expect(await main.run("replay", "headless")).toMatchObject({ decided: ["false by recording"] });
  });

  test("loses against a policy that decides all calls of the run", async () => {
    using main = project();
    await main.run("record", person("yes"));
    const { decided, results, error } = await main.run("replay", "reject-all");
    expect(decided).toEqual(["false by policy"]);
    expect(results).toEqual(["this run rejects every call that needs approval"]);
    expect(error?.code).toBe("cassette-miss"); // the model is told something else now
    using other = project();
    await other.run("record", person("no"));
    expect(await other.run("replay", "approve-all")).toMatchObject({
      decided: ["true by policy"],
      results: ["sent to ada"],
    });
  });

  test.each(["auto", "record"] as const)(
    "approves nothing in %s, where calls run for real",
    async (mode) => {
      using main = project();
      await main.run("record", person("yes"));
      const before = textOf(main.path);
      const again = await main.run(mode, "headless");
      expect(again).toMatchObject({
        error: { code: "approval-needed" },
        decided: ["false by nobody"],
      });
      expect(textOf(main.path)).toBe(before);
    },
  );

  test("for the session answers all equal calls of a replay", async () => {
    using main = project("twice");
    await main.run("record", person("always"));
    expect(textOf(main.path).match(/^decision: /gm)).toHaveLength(1);
    expect(await main.run("replay", "headless")).toMatchObject({
      error: undefined,
      decided: ["true by recording", "true by recording"],
      summary: { decisions: { served: 1, unused: 0 } },
    });
  });

  test("for one call answers one call", async () => {
    using main = project("twice");
    const answers = [person("yes"), person("no")];
    await main.run(
      "record",
      async (request, options) => answers.shift()?.(request, options) ?? { kind: "unanswered" },
    );
    expect(await main.run("replay", "headless")).toMatchObject({
      decided: ["true by recording", "false by recording"],
      results: ["sent to ada", "not him"],
    });
  });
});

describe("what is not recorded", () => {
  test("is what configuration decides", async () => {
    using main = project();
    const folder = join(main.path, "..");
    const toolsets = "toolsets: { send: { _approval_config: { send: { pre_approved: true } } } }";
    writeFiles(folder, { "main.worker": workerFile("model: test:model", toolsets) });
    const { summary, decided } = await main.run("record", "headless");
    expect(decided).toEqual(["true by configuration"]);
    expect(textOf(main.path)).not.toContain("decision: ");
    expect(summary?.decisions).toBeUndefined();
  });

  test("is that asking failed", async () => {
    using main = project();
    const broken = (() => undefined) as unknown as Asker; // a user's function may be wrong
    const { decided, results, error } = await main.run("record", broken);
    expect(decided).toEqual(["false by failure"]);
    expect(results).toEqual(["the approval gave no decision"]);
    // So it cannot be replayed, and does not take the place of a recording that can.
    expect(error?.code).toMatch(/^cassette-|^approval-needed/);
    expect(textOf(`${main.path}.recording`)).not.toContain("decision: ");
  });

  test("is a secret: the run ends before the call, whoever allowed it", async () => {
    using main = project();
    const saying: Asker = async () => ({ kind: "deny", by: "person", reason: "use correct-horse" });
    const env = { MAIL_PASSWORD: "correct-horse" };
    const { error, results } = await main.run("record", saying, { env });
    expect(error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(results).not.toContain("sent to ada");
  });
});
