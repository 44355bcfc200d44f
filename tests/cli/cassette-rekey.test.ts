import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AnthropicServer, anthropicServer } from "../support/anthropic-server.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";

const FILES = {
  "package.json": `{ "type": "module" }`,
  "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nAnswer.\n",
};

const RUN = ["main.worker", "On 2026-11-30?", "--cassette", "cassettes/one.yaml"];
const FILE = "cassettes/one.yaml";

/** A project with one recording, made by a server that has gone, and rules that came later. */
async function project(rules: string) {
  const folder = folderWith(FILES);
  await using server: AnthropicServer = await anthropicServer([
    { kind: "text", text: "Ask ada@example.com." },
  ]);
  const env = { ANTHROPIC_API_KEY: "none", ANTHROPIC_BASE_URL: server.url };
  const { code } = await runCliHere(RUN, { cwd: folder.path, env });
  expect(code).toBe(0);
  const cases =
    "cases:\n  - name: one\n    input: On 2026-11-30?\n    cassette: cassettes/one.yaml\n";
  writeFileSync(join(folder.path, "main.cases.yaml"), cases);
  writeFileSync(join(folder.path, "llm-do.yaml"), rules);
  const cassette = (...words: string[]) => runCliHere(["cassette", ...words], { cwd: folder.path });
  const run = (prompt: string) =>
    runCliHere([...RUN.with(1, prompt), "--mode", "replay"], { cwd: folder.path });
  const text = () => readFileSync(join(folder.path, FILE), "utf8");
  return {
    cassette,
    run,
    text,
    path: folder.path,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("a rule that was added after a recording", () => {
  test("redact: verify and status name it, rekey applies it", async () => {
    using made = await project("redact:\n  - '\\w+@example\\.com'\n");
    const before = made.text();
    const verified = await made.cassette("verify", "cassettes");
    expect(verified.code).toBe(3);
    const problem = `the rule '\\w+@example\\.com' (llm-do.yaml:2) finds something at response[0].text`;
    expect(verified.stderr).toContain(
      `:${lineOf(before, "ada@")}: ${problem}\nTry: llm-do cassette rekey ${FILE}\n`,
    );
    const status = await made.cassette("status");
    expect(status.code).toBe(3);
    expect(status.stdout).toContain(problem);
    expect(status.stdout).toContain(`Try: apply today's rules: llm-do cassette rekey ${FILE}\n`);
    const dry = await made.cassette("rekey", "--dry-run");
    expect(dry).toMatchObject({
      code: 0,
      stdout: `${FILE}: would rewrite 1 of 1 entry, change 0 keys\n`,
    });
    expect(made.text()).toBe(before);
    const done = await made.cassette("rekey", "--json");
    expect(done.stdout).toBe(`${FILE}: rewrote 1 of 1 entry, changed 0 keys\n`);
    const line = {
      kind: "rekeyed",
      path: FILE,
      entries: 1,
      rewritten: 1,
      rekeyed: 0,
      header: false,
    };
    expect(JSON.parse(done.stderr)).toEqual(line);
    expect(made.text()).toBe(
      before.replace("ada@example.com", "<redacted>").replace(/text: (.*)/, 'text: "$1"'),
    );
    const after = await made.cassette("verify", "cassettes");
    expect(after).toMatchObject({ code: 0, stdout: `${FILE}: 1 entry, all fit\n` });
    expect((await made.cassette("status")).code).toBe(0);
    const again = await made.cassette("rekey", FILE);
    expect(again.stdout).toBe(`${FILE}: nothing to change\n`);
  }, 60_000);

  test("volatile: another day is served at once, and from then on by its own key", async () => {
    using made = await project("volatile:\n  - '\\d{4}-\\d\\d-\\d\\d'\n");
    expect(await made.run("On 2027-01-01?")).toMatchObject({
      code: 0,
      stdout: "Ask ada@example.com.\n",
    });
    const done = await made.cassette("rekey", "cassettes");
    expect(done.stdout).toBe(`${FILE}: rewrote 1 of 1 entry, changed 1 key\n`);
    expect(made.text()).not.toContain("2026-11-30");
    expect((await made.cassette("verify", FILE)).code).toBe(0);
    expect(await made.run("On 2027-01-02?")).toMatchObject({ code: 0 });
  }, 60_000);

  test("status names it for each of several cassettes, and a secret that no rule hides", async () => {
    using made = await project("redact:\n  - '\\w+@example\\.com'\n");
    const cases = ["one", "two", "my own"].map(
      (name) =>
        `  - name: ${name}\n    input: On 2026-11-30?\n    cassette: cassettes/${name}.yaml\n`,
    );
    const { path } = made;
    writeFileSync(join(path, "main.cases.yaml"), `cases:\n${cases.join("")}`);
    writeFileSync(join(path, "cassettes/two.yaml"), made.text());
    const key = `sk-ant-api03-${"a1B2c3D4".repeat(6)}`;
    writeFileSync(join(path, "cassettes/my own.yaml"), made.text().replace("ada@example.com", key));
    const { code, stdout } = await made.cassette("status");
    expect(code).toBe(3);
    for (const name of ["one", "two", "my own"]) {
      expect(stdout).toMatch(
        new RegExp(`cassettes/${name}.yaml: 1 is not as it would be recorded`),
      );
    }
    expect(stdout).not.toContain(key);
    expect(stdout).toContain(
      "Try: apply today's rules: llm-do cassette rekey cassettes/one.yaml cassettes/two.yaml\n",
    );
    expect(stdout).toContain('Try: hide it: a pattern under "redact" in llm-do.yaml');
  }, 60_000);

  test("rekey applies it to the header as well", async () => {
    using made = await project("redact:\n  - 'for \\w+ only'\n");
    const path = join(made.path, FILE);
    writeFileSync(path, made.text().replace(/input: [^}]*/, "input: for Ada only "));
    expect((await made.cassette("verify", FILE)).stderr).toContain("finds something at input");
    const done = await made.cassette("rekey");
    expect(done).toMatchObject({ code: 0, stdout: `${FILE}: rewrote its header\n` });
    expect(made.text()).not.toContain("Ada");
    expect((await made.cassette("verify", FILE)).code).toBe(0);
  }, 60_000);

  test("verify and status go on behind a cassette that cannot be read", async () => {
    using made = await project("redact: []\n");
    const conflict = `<<<<<<< HEAD\n=======\n>>>>>>> other\n${made.text()}`;
    for (const name of ["a", "b"])
      writeFileSync(join(made.path, `cassettes/${name}.yaml`), conflict);
    const verified = await made.cassette("verify", "cassettes");
    expect(verified.code).toBe(3);
    for (const name of ["a", "b"]) {
      expect(verified.stderr).toContain(
        `cassettes/${name}.yaml:1: a merge left conflict marks in it, from line 1 to 3\n`,
      );
      expect(verified.stderr).toContain(`--theirs -- cassettes/${name}.yaml`);
    }
    const cases = ["a", "one"].map(
      (name) =>
        `  - name: ${name}\n    input: On 2026-11-30?\n    cassette: cassettes/${name}.yaml\n`,
    );
    writeFileSync(join(made.path, "main.cases.yaml"), `cases:\n${cases.join("")}`);
    const status = await made.cassette("status");
    expect(status.code).toBe(3);
    expect(status.stdout).toContain("cassettes/one.yaml: fresh");
    expect(status.stdout).toContain("cassettes/a.yaml: it cannot be told: a merge left conflict");
  }, 60_000);

  test("says what is wrong with what it is given", async () => {
    using made = await project("redact:\n  - '\\w+@example\\.com'\n");
    expect((await made.cassette("rekey", "nothing.yaml")).code).toBe(2);
    expect((await made.cassette("rekey", "--force")).code).toBe(2);
    expect((await made.cassette("verify", ".github")).code).not.toBe(0);
    const shown = await made.cassette("show", "cassettes");
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain("Ask ada@example.com.");
  }, 60_000);
});

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}
