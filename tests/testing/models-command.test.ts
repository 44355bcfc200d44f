import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import { runHere } from "../support/in-process.ts";
import { vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 240_000;
const HAIKU = "anthropic:claude-haiku-4-5";
const SONNET = "anthropic:claude-sonnet-4-5";

const NAMES = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus"];

const FILES = {
  "main.worker": `---\nmodel: ${HAIKU}\ntoolsets: { helper: {} }\n---\nYou greet.\n`,
  "helper.worker": "---\n---\nYou help.\n",
  "main.cases.yaml": `files: [main.worker, helper.worker]
cases:
${NAMES.map((name) => `  - { name: greets ${name}, input: I am ${name}., expect: { output: { contains: ${name} } } }`).join("\n")}
`,
};

/** Sonnet greets everybody by name, Haiku only Ada, and nobody knows what Opus would do. */
function played({ model, messages }: MessagesBody): Reply {
  const name = /I am (\w+)/.exec(JSON.stringify(messages))?.[1] ?? "";
  const isGood = model.includes("sonnet") || name === "Ada";
  return { kind: "text", text: isGood ? `Hello ${name}.` : "Hello." };
}

describe("llm-do test --models", () => {
  test(
    "records, replays and compares models, each with a cassette of its own",
    async () => {
      await using server = await anthropicServer(played);
      using project = vitestProject(FILES);
      const words = ["--models", `${HAIKU},${SONNET}`];

      const missing = await project.testHere(words);
      expect(missing.stdout).toContain(`${HAIKU}   not recorded`);
      expect(missing.stdout).toContain(`Try: llm-do test --models ${SONNET} --mode auto`);
      expect(missing.code).toBe(3);

      const recorded = await project.test([...words, "--mode", "record"], { env: server.env });
      expect(recorded.stderr).toContain(
        `to record with ${SONNET}: 7 unrecorded, cost unknown: ${SONNET} takes $3 a million`,
      );
      expect(recorded.code).toBe(1);
      expect(server.requests.map(({ model }) => model)).toEqual([
        ...NAMES.map(() => "claude-haiku-4-5"),
        ...NAMES.map(() => "claude-sonnet-4-5"),
      ]);
      const cassettes = readdirSync(join(project.path, "cassettes/main"));
      expect(cassettes).toContain("greets-ada.yaml");
      expect(cassettes).toContain("greets-ada@anthropic_claude-sonnet-4-5.yaml");
      expect(cassettes).toHaveLength(2 * NAMES.length);

      const replayed = await project.testHere(words);
      expect(replayed.stdout).toMatch(
        /model +passed +at least +cost +a run +median +p95 +tokens in +out\n/,
      );
      expect(replayed.stdout).toMatch(/anthropic:claude-haiku-4-5 +1 of 7 +0\.73 % +\$0\.00\d+ /);
      expect(replayed.stdout).toMatch(/anthropic:claude-sonnet-4-5 +7 of 7 +65\.18 % .* 140 +63\n/);
      expect(replayed.stdout).toContain(
        `better: ${SONNET} passes 7 of 7 runs, ${HAIKU} 1 of 7 (7 cases, exact test: p = 0.031)`,
      );
      expect(replayed.stdout).toContain(`${HAIKU}: main.cases.yaml: greets Bob`);
      expect(replayed.code).toBe(1);
      expect(server.requests).toHaveLength(14);

      // The model of the worker itself uses the case's own recordings, and alone all pass.
      const own = await project.test(["-t", "Ada"]);
      expect(own.code).toBe(0);
      const chosen = await project.testHere(["main", "-t", "Ada", ...words]);
      expect(chosen.stdout).toMatch(/1 of 1 .*\n.*1 of 1 /);
      expect(chosen.stdout).toContain("no difference shown");
      expect(chosen.code).toBe(0);

      // One more model: it alone is told as missing, with the command that records it.
      const more = await project.testHere(["--models", `${SONNET},anthropic:claude-opus-4-5`]);
      expect(more.stdout).toMatch(/claude-sonnet-4-5 +7 of 7/);
      expect(more.stdout).toMatch(/claude-opus-4-5 +not recorded/);
      expect(more.code).toBe(3);

      // An edit of the prompt makes all stale; auto records each model's again, and nothing else.
      project.write({ "main.worker": FILES["main.worker"].replace("greet", "salute") });
      const stale = await project.testHere(["--models", SONNET]);
      expect(stale.stdout).toMatch(/claude-sonnet-4-5 +stale/);
      expect(stale.stdout).toContain("[-greet-]{+salute+}");
      expect(stale.stdout).toContain(
        `Try: record anew: llm-do test main.cases.yaml -t '^greets Ada$' --models ${SONNET} --mode record`,
      );
      expect(stale.code).toBe(3);
      const again = await project.testHere(["--models", SONNET, "--mode", "auto"], {
        env: server.env,
      });
      expect(again.code).toBe(0);
      expect(server.requests).toHaveLength(21);
      expect(await project.testHere(["--models", SONNET])).toMatchObject({ code: 0 });

      // What another model answers now is kept although its cases fail: that is what is compared.
      const opus = ["--models", "anthropic:claude-opus-4-5"];
      const both = ["--models", `${SONNET},anthropic:claude-opus-4-5`, "--mode", "auto"];
      const first = await project.testHere(both, { env: server.env });
      expect(first.stderr).not.toContain(`to record with ${SONNET}`);
      expect(first.stderr).toContain(
        "to record with anthropic:claude-opus-4-5: 7 unrecorded, about $0.0023 by the tokens of other",
      );
      project.write({ "main.worker": FILES["main.worker"].replace("greet", "hail") });
      const asked = server.requests.length;
      const anew = await project.testHere([...opus, "--mode", "auto"], { env: server.env });
      expect(anew.stderr).toContain(
        "to record with anthropic:claude-opus-4-5: 7 stale, about $0.00",
      );
      expect(server.requests).toHaveLength(asked + 7);
      const kept = await project.testHere(opus);
      expect(kept.stdout).toMatch(/claude-opus-4-5 +1 of 7/);
      expect(kept.code).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    "leaves cassettes that status and prune know the case of",
    async () => {
      await using server = await anthropicServer(played);
      // Without what the case says, the run would have no copy of a folder to work in.
      using project = vitestProject({
        ...FILES,
        "inbox/a.txt": "a",
        "main.cases.yaml":
          "files: [main.worker, helper.worker]\ncases: [{ name: a, input: I am Ada., workspace: inbox }]\n",
      });
      const words = ["--models", SONNET, "--mode", "record"];
      expect(await project.testHere(words, { env: server.env })).toMatchObject({ code: 0 });
      const cwd = project.path;
      const fresh = await runHere(["cassette", "status", "cassettes"], { cwd });
      expect(fresh.stdout).toContain("a@anthropic_claude-sonnet-4-5.yaml: fresh, 1 recording");
      expect(fresh.stdout).toContain("a.yaml: not recorded");
      // They are of no case by themselves, and no recording of the case under another name.
      expect(fresh.stdout + fresh.stderr).not.toContain("that no case uses");
      const unrecorded = await project.test();
      expect(unrecorded.stdout + unrecorded.stderr).not.toContain("moves it");
      project.write({ "main.worker": FILES["main.worker"].replace("greet", "salute") });
      const stale = await runHere(["cassette", "status", "cassettes"], { cwd });
      expect(stale.stdout).toContain('its instructions changed ("greet" is now "salute")');
      expect(stale.code).toBe(3);
    },
    TIMEOUT_MS,
  );

  test(
    "judges each model by the same judge, whose cost it tells apart",
    async () => {
      const judge = "judge: { worker: grader.worker, least: 0.8 }";
      await using server = await anthropicServer((body) =>
        JSON.stringify(body.system).includes("grade")
          ? { kind: "text", text: '{"reason": "Fine.", "score": 0.9}' }
          : played(body),
      );
      using project = vitestProject({
        "main.worker": `---\nmodel: ${HAIKU}\n---\nYou greet.\n`,
        "grader.worker": `---\nmodel: anthropic:claude-opus-4-5\n---\nYou grade.\n`,
        "main.cases.yaml": `cases: [{ name: greets, input: I am Ada., expect: { ${judge} } }]\n`,
      });
      const words = ["--models", `${HAIKU},${SONNET}`];
      expect(
        await project.testHere([...words, "--mode", "record"], { env: server.env }),
      ).toMatchObject({
        code: 0,
      });
      expect(server.requests.map(({ model }) => model)).toEqual([
        "claude-haiku-4-5",
        "claude-opus-4-5",
        "claude-sonnet-4-5",
        "claude-opus-4-5",
      ]);
      const { stdout, code } = await project.testHere(words);
      expect(stdout).toMatch(/claude-haiku-4-5 +1 of 1 .* 20 +9\n/);
      // Further runs that nobody recorded have neither passed nor failed.
      const more = await project.testHere([...words, "--samples", "3"]);
      expect(more.stdout).toMatch(/claude-haiku-4-5 +stale\n/);
      expect(more.code).toBe(3);
      expect(stdout).toContain(`${SONNET}: judges took $0.0003 beside`);
      // The answer passes whatever the judge says: that it does must not look like the judge's word.
      expect(stdout).toContain(
        `${SONNET}: judges pass 1 of 1 answer, which is advisory: grader.worker is not calibrated`,
      );
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test(
    "writes a page with the table and the plots",
    async () => {
      await using server = await anthropicServer(played);
      const name = "greets </script><b>Ada & Bob";
      using project = vitestProject({
        "main.worker": `---\nmodel: ${HAIKU}\n---\nYou greet.\n`,
        "main.cases.yaml": `cases:
  - { name: "${name}", input: I am Bob., expect: { output: { contains: Bob } } }
`,
      });
      const words = ["--models", `${HAIKU},${SONNET}`, "--report", "models.html", "--mode", "auto"];
      const { stderr } = await project.test(words, { env: server.env });
      expect(stderr).toContain("the report is in models.html");
      const page = readFileSync(join(project.path, "models.html"), "utf8");
      expect(page).toContain("greets &lt;/script&gt;&lt;b&gt;Ada &amp; Bob");
      expect(page).not.toContain("</script>");
      expect(page.match(/<svg /g)).toHaveLength(2);
      expect(page).toContain("<td>failed 0/1</td><td>passed 1/1</td>");
      expect(page).not.toMatch(/(?:src|href)=/);

      // A page that cannot be written is told before anything is asked.
      const asked = server.requests.length;
      const record = ["--mode", "record", "--report", "cassettes"];
      for (const models of [["--models", HAIKU], []]) {
        const refused = await project.testHere([...models, ...record], { env: server.env });
        expect(refused.stderr).toContain('Failed to write "cassettes": it cannot be written');
        expect(refused.code).toBe(2);
      }
      expect(server.requests).toHaveLength(asked);
    },
    TIMEOUT_MS,
  );

  test(
    "stops when the money is spent, and tells a busy provider from a failed case",
    async () => {
      await using server = await anthropicServer((body, index) =>
        index < 3
          ? played(body)
          : { kind: "error", status: 529, type: "overloaded_error", retryAfterMs: 1 },
      );
      using project = vitestProject(FILES);
      const record = ["--models", SONNET, "--mode", "auto"];
      const spent = await project.testHere([...record, "--max-usd", "0.0003"], { env: server.env });
      expect(spent.stdout).toContain(
        "not recorded: a limit was reached: all $0.0003 that this command may spend",
      );
      expect(spent.stdout).toMatch(/claude-sonnet-4-5 +2 of 2/);
      expect(spent.code).toBe(5);
      const busy = await project.testHere(record, { env: server.env });
      expect(busy.stdout).toContain(
        `${SONNET}: not recorded: ${SONNET} answers 529 overloaded_error`,
      );
      expect(busy.stdout).toMatch(/claude-sonnet-4-5 +3 of 3/);
      expect(busy.code).toBe(3);
    },
    TIMEOUT_MS,
  );

  test(
    "tells of models that a worker excludes, and of cases that ask none",
    async () => {
      using project = vitestProject({
        "main.worker": `---\ncompatible_models: ["anthropic:*"]\n---\nYou greet.\n`,
        "answers.yaml": "- Hello.\n",
        "main.cases.yaml": `cases:
  - { name: greets, input: Hi., script: answers.yaml }
  - { name: asks nobody, input: Hi., cassette: none }
`,
      });
      const words = ["--models", `${HAIKU},openai:gpt-5-mini`];
      const { stdout, code } = await project.testHere([...words, "--mode", "record"]);
      expect(stdout).toMatch(/claude-haiku-4-5 +1 of 1 +5 % +script +script +- +-/);
      expect(stdout).toContain("openai:gpt-5-mini: 1 case whose compatible_models exclude it");
      expect(stdout).toContain("1 case left out: no model is asked");
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  test.each([
    [
      "a misspelt model",
      ["--models", "anthropic:claude-hiaku-4-5"],
      "write anthropic:claude-haiku-4-5",
    ],
    ["an unknown provider", ["--models", `${HAIKU},anthopic:x`], 'write "anthropic:x"'],
    ["no model", ["--models", ","], "no model is named"],
    ["a missing key", ["--models", HAIKU, "--mode", "record"], "ANTHROPIC_API_KEY is not set"],
    ["a flag of vitest", ["--models", HAIKU, "--coverage"], "--models runs cases without vitest"],
    ["no case", ["--models", HAIKU, "-t", "nobody"], "no case fits"],
    ["a broken pattern", ["--models", HAIKU, "-t", "("], "Invalid regular expression"],
    ["mutations", ["--models", HAIKU, "--mutate"], "does not go with --models"],
  ])("refuses %s before anything runs", async (_what, words, reason) => {
    using project = vitestProject(FILES);
    const { stderr, stdout, code } = await project.testHere(words);
    expect(stderr).toContain(reason);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(existsSync(join(project.path, "cassettes"))).toBe(false);
  });
});
