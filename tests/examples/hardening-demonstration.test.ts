import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { escapedForPattern } from "../../src/cassette/rules/replace-matches.ts";
import { runCliHere } from "../support/cli-here.ts";
import { prepareFolder, printed, shownCommands } from "../support/console-blocks.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

// The example as a reader has it after typing the commands of its README, in their order.
const page = "examples/hardening/README.md";
const folder = temporaryFolder();
const env = prepareFolder(folder.path);
writeFiles(folder.path, { "package.json": '{ "type": "module" }' });
afterAll(() => folder[Symbol.dispose]());

const TASKS = ["date_header", "invoice_line", "is_spam", "sender_name", "user_agent"];
const here = (name: string) => join(folder.path, "examples/hardening", name);
const read = (name: string) => readFileSync(here(name), "utf8");
const lines = (name: string) => read(name).trimEnd().split("\n");
const json = (name: string) => JSON.parse(read(name));

/** What a command line prints on both outputs; `llm-do` runs in this process, which saves its start. */
async function typed(command: string): Promise<string> {
  const EXIT_SHOWN = '; echo "exit code $?"';
  const words = command.replace(EXIT_SHOWN, "").match(/"[^"]*"|\S+/g) ?? [];
  const [npx, name, ...argv] = words.map((word) => word.replaceAll('"', ""));
  if (npx !== "npx" || name !== "llm-do") return await printed(command, folder.path, env);
  const { code, stdout, stderr } = await runCliHere(argv, { cwd: folder.path });
  const exit = command.endsWith(EXIT_SHOWN) ? `exit code ${code}` : "";
  return `${stderr}${stdout}${exit}`.trimEnd();
}

/** A shown output, in which a line `...` stands for any lines, and `...` in a line for any text. */
function pattern(shown: string): RegExp {
  const parts = shown.split("\n").map((line) => {
    if (line === "...") return "(?:.*\n)*?";
    return `${line.split("...").map(escapedForPattern).join(".*")}\n`;
  });
  return new RegExp(`^${parts.join("")}$`);
}

describe("the README of the example", () => {
  const commands = shownCommands(page);

  test("shows a command of each kind, in at most 120 lines", () => {
    expect(commands.length).toBeGreaterThan(9);
    expect(read("README.md").split("\n").length).toBeLessThanOrEqual(121);
  });

  test.each(commands)("says what is printed: $command", async ({ command, output }) => {
    expect(`${await typed(command)}\n`).toMatch(pattern(output));
  });
});

describe("the reports that the commands leave", () => {
  const report = (task: string) => json(`hardening/${task}/compare.json`);

  test("hold one of each verdict", () => {
    expect(report("invoice_line")).toMatchObject({
      verdict: "supported",
      comparator: { json: "exact" },
      claim: 0.95,
      look: { n: 141, agreed: 141, unit: "input", version: 1 },
    });
    expect(report("date_header")).toMatchObject({
      verdict: "inconclusive",
      claim: 0.98,
      look: { n: 201, agreed: 201, unit: "input", needed: 211, version: 1 },
    });
    expect(report("sender_name")).toMatchObject({
      verdict: "inconclusive",
      look: { unit: "template", templates: { n: 4, agreed: 4 } },
    });
    expect(report("is_spam")).toMatchObject({ verdict: "not-looked", exitCode: 1 });
    expect(report("is_spam").look).toBeUndefined();
    expect(report("user_agent")).toMatchObject({
      verdict: "supported",
      kind: "no-worse",
      paired: { better: 7, worse: 0, labels: 7 },
    });
  });

  test("leave certificates of what is supported, and of nothing else", () => {
    const certified = TASKS.filter((task) =>
      existsSync(here(`hardening/${task}/certificate.json`)),
    );
    expect(certified).toEqual(["date_header", "invoice_line", "user_agent"]);
    // A later look at 98 % has not taken its place.
    expect(json("hardening/date_header/certificate.json")).toMatchObject({ claim: 0.95 });
    expect(json("hardening/user_agent/certificate.json")).toMatchObject({ kind: "no-worse" });
    expect(json("hardening/invoice_line/certificate.json").sources).toMatchObject({
      scripted: expect.any(Number),
    });
  });

  test.each(TASKS)("say that a script stood in for the model: %s", (task) => {
    const said = "All answers come from a script that stood in for the model.";
    expect(report(task).statement).toContain(said);
    expect(read(`hardening/${task}/compare.md`)).toContain(said);
    expect(read(`hardening/${task}/compare.html`)).toContain(said);
    const cassette = join(folder.path, `cassettes/examples/hardening/${task}.yaml`);
    const sources = readFileSync(cassette, "utf8").match(/^source: .*$/gm);
    expect(new Set(sources)).toEqual(new Set(["source: script"]));
  });

  test("name no saved money, which nobody has spent", async () => {
    expect(read("hardening/invoice_line/compare.md")).toContain(
      "so tokens, money and time are unknown",
    );
    for (const task of TASKS) expect(read(`hardening/${task}/compare.md`)).not.toContain("$0");
  });
});

describe("the guards", () => {
  test("of user agents have dozens of templates, and of prose as many as inputs", () => {
    const count = (task: string) => json(`hardening/${task}/templates.json`).inputs.length;
    expect(count("user_agent")).toBeGreaterThan(12);
    expect(count("user_agent")).toBeLessThan(100);
    expect(count("invoice_line")).toBeLessThan(30);
    expect(count("is_spam")).toBeGreaterThan(190);
  });

  test("that harden writes are the files of the example, short enough to review", async () => {
    const names = ["date_header.domain.ts", "hardening/date_header/templates.json"];
    // Imports are sorted by the house's style.
    const sorted = (text: string) => text.split("\n").toSorted();
    expect(lines("date_header.domain.ts").length).toBeLessThanOrEqual(60);
    using again = temporaryFolder();
    prepareFolder(again.path);
    writeFiles(again.path, { "package.json": "{}" });
    const worker = "examples/hardening/date_header.worker";
    const { code, stderr } = await runCliHere(["harden", worker, "--force"], { cwd: again.path });
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of names) {
      const anew = readFileSync(join(again.path, "examples/hardening", name), "utf8");
      expect(sorted(anew)).toEqual(sorted(read(name)));
    }
  });
});

describe("what is not worth trying", () => {
  test("is prose, with its reason, and not user agents", async () => {
    const subjects = new Set(lines("data/mails.jsonl").map((line) => JSON.parse(line).subject));
    const traffic = [...subjects].map((input) => JSON.stringify({ input, output: "news" }));
    writeFiles(folder.path, {
      "prose/topic.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nWhat is it about?\n",
    });
    writeFileSync(join(folder.path, "prose/traffic.jsonl"), `${traffic.join("\n")}\n`);
    await typed("npx llm-do import prose/traffic.jsonl --worker prose/topic.worker");
    const prose = await typed('npx llm-do harden --scan prose; echo "exit code $?"');
    expect(prose).toMatch(
      /^topic \(prose\/topic.worker\): not worth trying, there is no pattern\n\d+ of 392 inputs fit no template of the others/,
    );
    expect(prose).toMatch(/exit code 6$/);
    const agents = await typed("npx llm-do harden --scan examples/hardening/user_agent.worker");
    expect(agents).toMatch(/^user_agent \(.*\): worth trying\n/);
  });

  test("cannot be promoted", async () => {
    for (const task of ["sender_name", "is_spam"]) {
      const worker = `examples/hardening/${task}.worker`;
      const tool = `examples/hardening/${task}.ts#${task}`;
      const told = await typed(
        `npx llm-do promote ${worker} --to code --tool ${tool}; echo "exit code $?"`,
      );
      expect(told).toContain("only a certificate lets code answer");
      expect(told).toMatch(/exit code 2$/);
    }
  });
});

describe("the data", () => {
  test("keeps the notice that the licence of the user agents asks for", () => {
    const notice = read("data/LICENSES.md");
    expect(notice).toContain("Copyright 2018-present - Intoli, LLC");
    expect(notice).toContain("2. Redistributions in binary form must reproduce");
    for (const name of ["mails", "is_spam.gold", "user_agent.gold", "invoice_lines"]) {
      expect(notice).toContain(`\`${name}.jsonl\``);
    }
  });

  test("has the tool and the stand-in right on as many user agents as it is said", async () => {
    const { STAND_INS } = await import(here("stand-ins.ts"));
    const { user_agent } = await import(here("user_agent.ts"));
    const gold = lines("data/user_agent.gold.jsonl").map((line) => JSON.parse(line));
    const byTool = gold.filter(({ input, output }) => user_agent.run({ input }).value === output);
    const byStandIn = gold.filter(({ input, output }) => STAND_INS.user_agent(input) === output);
    expect([gold.length, byTool.length, byStandIn.length]).toEqual([951, 949, 889]);
  });
});
