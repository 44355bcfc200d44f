import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AgainstResult } from "../../src/testing/against/against-result.ts";
import { type AnthropicServer, anthropicServer, type Reply } from "../support/anthropic-server.ts";
import type { CliResult } from "../support/cli.ts";
import { GitRepository } from "../support/git-repository.ts";
import { linkPackages } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets:
  tools: { _approval_config: { refund: { pre_approved: true } } }
---
You answer customers.
`;

/** A tool that leaves a line in a log of its own each time that it really runs. */
const TOOLS = `
import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
import { z } from "zod";
export const tools = toolset({
  refund: tool({
    description: "Pay money back.",
    input: z.object({ amount: z.number() }),
    effect: "external",
    run: ({ amount }) => {
      appendFileSync(process.env.REFUND_LOG, amount + "\\n");
      return "paid";
    },
  }),
});
`;

const CASES = `
files: [main.worker, tools.ts]
cases:
  - name: refunds what is late
    input: My parcel is late.
    cassette: refunds.yaml
    expect: { output: { contains: sorry } }
  - name: says hello
    input: Hello.
    cassette: hello.yaml
    expect: { output: { contains: Hello } }
`;

const FIRST: readonly Reply[] = [
  { kind: "tool-call", name: "refund", input: { amount: 20 } },
  { kind: "text", text: "We paid 20 back." },
  { kind: "text", text: "Hello there." },
];

const SECOND: readonly Reply[] = [
  { kind: "tool-call", name: "refund", input: { amount: 25 } },
  { kind: "text", text: "We are sorry, and paid 25 back." },
  { kind: "text", text: "Hello there." },
];

/** Records both cases as a person would, from a provider over HTTP. */
async function record(repository: GitRepository, server: AnthropicServer, log: string) {
  const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: "none", REFUND_LOG: log };
  const cases = [
    ["My parcel is late.", "refunds.yaml"],
    ["Hello.", "hello.yaml"],
  ];
  for (const [input = "", cassette = ""] of cases) {
    const files = ["main.worker", "tools.ts", input];
    const words = [...files, "--cassette", cassette, "--mode", "record"];
    const { code, stderr } = await repository.runHere(words, { folder: "shop", env });
    expect(stderr).not.toContain("Failed");
    expect(code).toBe(0);
  }
}

function inShop(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`shop/${name}`, text]));
}

describe("recordings of a provider over HTTP", { timeout: TIMEOUT_MS }, () => {
  let repository: GitRepository;
  let server: AnthropicServer;
  let log: string;

  const env = () => ({
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: "none",
    REFUND_LOG: log,
  });
  const against = (words: readonly string[], folder = "shop"): Promise<CliResult> =>
    repository.runHere(["test", "--against", ...words], { folder, env: env() });

  beforeAll(async () => {
    repository = new GitRepository(
      inShop({
        "package.json": '{ "type": "module" }',
        "main.worker": WORKER,
        "tools.ts": TOOLS,
        "main.cases.yaml": CASES,
      }),
    );
    linkPackages(repository.path, ["llm-do", "zod"]);
    log = join(repository.temporary, "refunds.log");
    server = await anthropicServer([...FIRST, ...SECOND]);
    await record(repository, server, log);
    repository.commit("The first prompt");
    repository.git("tag", "v1");
    repository.write(inShop({ "main.worker": WORKER.replace("customers", "kindly") }));
    await record(repository, server, log);
  }, TIMEOUT_MS);

  afterAll(async () => {
    repository[Symbol.dispose]();
    await server.close();
  });

  test("shows answers and calls of both sides, at no cost, and leaves all as it was", async () => {
    const before = { state: repository.state, log: readFileSync(log, "utf8") };
    const asked = server.requests.length;
    const { code, stdout, stderr } = await repository.run(["test", "--against", "HEAD"], {
      folder: "shop",
      env: env(),
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^HEAD \([0-9a-f]{7,} "The first prompt"\) → work tree\n/);
    expect(stdout).toContain("main.cases.yaml > refunds what is late: failed → passed\n");
    expect(stdout).toMatch(/^~We paid 20 back\. +│ We are sorry, and paid 25 back\.$/m);
    expect(stdout).toContain('  call ~ refund {"amount":[-20-]{+25+}}\n');
    expect(stdout).toContain(
      "2 cases compared: 1 changed, 1 recorded anew with the same answers\n",
    );
    expect(stdout).toMatch(/runs that pass +1 of 2 +2 of 2\n/);
    expect(stdout).toMatch(/requests to models +3 +3\n/);
    expect(stdout).toMatch(/tokens +87 +87\n/);
    expect(stdout).toMatch(/money +\$0\.0002 +\$0\.0002\n/);
    expect(stdout).toContain(
      "no difference shown: work tree passes 2 of 2 runs, HEAD 1 of 2 (2 cases, exact test: p = 1). Only 1 case came out differently: p = 1 at best. It takes 6, all the same way\n",
    );
    expect(server.requests).toHaveLength(asked);
    expect(readFileSync(log, "utf8")).toBe(before.log);
    expect(repository.state).toBe(before.state);
    expect(repository.leftOver).toEqual([]);
  });

  test.each([
    ["a tag", "v1", "shop"],
    ["a branch", "main", "shop"],
    ["where a branch was left", "main...", "shop"],
    ["a hash", "", "shop"],
    ["the top of the repository", "HEAD", ""],
  ])("takes %s", async (_what, name, folder) => {
    const revision = name === "" ? repository.git("rev-parse", "HEAD").trim() : name;
    const { code, stdout } = await against([revision, "-t", "refunds"], folder);
    expect(stdout).toContain("1 case compared: 1 changed\n");
    expect(code).toBe(0);
  });

  test("filters by file and by name, as the tests themselves", async () => {
    const { stdout } = await against(["HEAD", "main", "-t", "hello$"]);
    expect(stdout).toContain("1 case compared: 1 recorded anew with the same answers\n");
    expect((await against(["HEAD", "other"])).stderr).toBe(
      'Failed to compare "other": there are no cases that fit other, neither at that revision nor here\nTry: name a file of cases NAME.cases.yaml, beside its worker\nTry: make a case of a run: llm-do test --add last --name "..."\n',
    );
  });

  test("writes Markdown, JSON and a page of the same", async () => {
    const { stdout: markdown } = await against(["v1", "--format", "markdown"]);
    expect(markdown).toContain("### llm-do: `v1` → work tree\n");
    expect(markdown).toContain(
      "```diff\n- We paid 20 back.\n+ We are sorry, and paid 25 back.\n```",
    );
    expect(markdown).toContain("| runs that pass | 1 of 2 | 2 of 2 |  |");
    const { stdout } = await against(["v1", "--json", "--report", "../../tmp/page.html"]);
    const result = JSON.parse(stdout) as AgainstResult;
    expect(result).toMatchObject({
      revision: { name: "v1", subject: "The first prompt" },
      compared: 2,
      changed: [{ name: "refunds what is late", answerDiffers: true }],
      exitCode: 0,
    });
    const page = readFileSync(join(repository.temporary, "page.html"), "utf8");
    expect(page).toContain("sorry");
    expect(page).not.toMatch(/<link|<iframe|@import|url\(|<img|<script src/i);
  });

  test("a hook's own index is left alone", async () => {
    const index = join(repository.temporary, "index");
    const { code } = await repository.runHere(["test", "--against", "HEAD"], {
      folder: "shop",
      env: { GIT_INDEX_FILE: index, REFUND_LOG: log },
    });
    expect(code).toBe(0);
    expect(existsSync(index)).toBe(false);
  });

  test.each([
    [["nope"], 'Failed to find "nope": this repository has no such commit'],
    [["mian"], "Try: llm-do test --against main"],
    [["HEAD~9"], "Try: git log --oneline"],
    [["--output=x"], "a revision does not begin with a dash"],
    [["-n"], "a revision does not begin with a dash"],
    [[""], "no revision is named"],
    [["a\nb"], "a revision has no control characters"],
    [["HEAD..main"], "Try: or with where this branch left it: --against HEAD..."],
    [["$(touch x)"], "this repository has no such commit"],
    [["HEAD:shop"], "this repository has no such commit"],
    [["HEAD", "--watch"], "takes FILTER, -t, --format, --report and --allow-unused"],
    [["HEAD", "--mode", "record"], "--against only replays what is on record"],
    [["HEAD", "--samples", "3"], "--against only replays what is on record"],
    [["HEAD", "--mutate"], "--against only replays what is on record"],
    [["HEAD", "-t"], "no pattern follows it"],
    [["HEAD", "-t", "("], "Unterminated group"],
    [["HEAD", "--report", "main.worker/page.html"], "it cannot be written"],
    [["HEAD", "--format", "pdf"], "Allowed choices are text, markdown, json"],
  ])("%j is a wrong command line", async (words, reason) => {
    const { code, stdout, stderr } = await against(words);
    expect(stderr).toContain(reason);
    expect(stderr).toContain("Try: ");
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(existsSync(join(repository.path, "shop/x"))).toBe(false);
    expect(repository.leftOver).toEqual([]);
  });
});

test("--format without --against is a wrong command line", async () => {
  using repository = new GitRepository();
  const { code, stderr } = await repository.runHere(["test", "--format", "json"]);
  expect(stderr).toContain("Try: add --against main");
  expect(code).toBe(2);
});

test("outside of a repository, and before its first commit, it says what to do", async () => {
  using repository = new GitRepository();
  const none = await repository.runHere(["test", "--against", "HEAD"]);
  expect(none.stderr).toContain("this repository has no commits yet");
  rmSync(join(repository.path, ".git"), { recursive: true });
  const { code, stderr } = await repository.runHere(["test", "--against", "HEAD"]);
  expect(stderr).toContain("it is not in the work tree of a git repository");
  expect([none.code, code]).toEqual([2, 2]);
});

test("without git it says so", async () => {
  using repository = new GitRepository();
  const bin = join(repository.path, "bin");
  mkdirSync(bin);
  symlinkSync("/usr/bin/env", join(bin, "env"));
  const { code, stderr } = await repository.runHere(["test", "--against", "HEAD"], {
    env: { PATH: bin },
  });
  expect(stderr).toContain("there is no git in PATH");
  expect(code).toBe(2);
});

/** Cases about code alone: they need no recording. */
function codeProject(files: Readonly<Record<string, string>> = {}): GitRepository {
  const repository = new GitRepository({
    "package.json": '{ "type": "module" }',
    "tools.ts": `
import { tool } from "llm-do";
import { z } from "zod";
export const double = tool({
  description: "Double.",
  input: z.object({ a: z.number() }),
  effect: "pure",
  run: ({ a }) => a * 2,
});
`,
    "main.cases.yaml": `
files: [tools.ts]
entry: double
cases:
  - { name: doubles one, cassette: none, input: { a: 1 }, expect: { output: 2 } }
  - { name: doubles two, cassette: none, input: { a: 2 }, expect: { output: 4 } }
`,
    ...files,
  });
  linkPackages(repository.path, ["llm-do", "zod"]);
  return repository;
}

async function resultOf(
  repository: GitRepository,
  run: GitRepository["run"] = repository.runHere.bind(repository),
): Promise<AgainstResult & { code: number | null }> {
  const { code, stdout, stderr } = await run(["test", "--against", "HEAD", "--json"]);
  expect(stderr).toBe("");
  return { ...(JSON.parse(stdout) as AgainstResult), code };
}

describe("what changed besides answers", { timeout: TIMEOUT_MS }, () => {
  test("code that changed is not chance: it is shown and left out of the test", async () => {
    using repository = codeProject();
    repository.commit("one");
    const tools = readFileSync(join(repository.path, "tools.ts"), "utf8");
    repository.write({ "tools.ts": tools.replace("a * 2", "a + 1") });
    const { stdout, code } = await repository.runHere(["test", "--against", "HEAD"]);
    expect(stdout).toContain("main.cases.yaml > doubles two: passed → failed\n");
    expect(stdout).toContain(
      "the same recordings answer: the change comes from code or from the case",
    );
    expect(stdout).toContain("2 cases compared: 1 changed, 1 unchanged\n");
    expect(stdout).toContain("fails in the work tree (1):\n");
    expect(stdout).toContain(
      "no difference shown: the same recordings answer HEAD and the work tree\n",
    );
    expect(code).toBe(1);
  });

  test("cases that came, went and got another name are listed", async () => {
    using repository = codeProject();
    repository.commit("one");
    repository.write({
      "main.cases.yaml": `
files: [tools.ts]
entry: double
cases:
  - { name: doubles once, cassette: none, input: { a: 1 }, expect: { output: 2 } }
  - { name: doubles three, cassette: none, input: { a: 3 }, expect: { output: 6 } }
`,
    });
    const { added, removed, renamed, unchanged, code } = await resultOf(repository);
    const file = "main.cases.yaml";
    expect(added).toEqual([{ file, name: "doubles three" }]);
    expect(removed).toEqual([{ file, name: "doubles two" }]);
    expect(renamed).toEqual([
      { before: { file, name: "doubles one" }, after: { file, name: "doubles once" } },
    ]);
    expect([unchanged, code]).toEqual([1, 0]);
  });

  test("an expectation that changed is named", async () => {
    using repository = codeProject();
    repository.commit("one");
    const cases = readFileSync(join(repository.path, "main.cases.yaml"), "utf8");
    repository.write({ "main.cases.yaml": cases.replace("output: 4", "output: 5") });
    const { changed, code } = await resultOf(repository);
    expect(changed).toMatchObject([{ name: "doubles two", fields: ["what it expects"] }]);
    expect(code).toBe(1);
  });

  test("a file of cases that cannot be read is told, on either side", async () => {
    using repository = codeProject({ "old.cases.yaml": "cases: 5\n" });
    repository.commit("one");
    rmSync(join(repository.path, "old.cases.yaml"));
    repository.write({ "new.cases.yaml": "cases: 6\n" });
    const { incomparable, code } = await resultOf(repository);
    expect(incomparable.map(({ file, side }) => [file, side])).toEqual([
      ["old.cases.yaml", "before"],
      ["new.cases.yaml", "after"],
    ]);
    expect(code).toBe(2);
  });

  test("what is on record on one side only cannot be compared, and is never dropped", async () => {
    using repository = codeProject();
    const asks = `
cases:
  - { name: asks, worker: main.worker, input: Hello., cassette: asks.yaml }
`;
    repository.write({
      "asks.cases.yaml": asks,
      "main.worker": WORKER.replace(/toolsets:\n.*\n/, ""),
    });
    repository.commit("one");
    await using server = await anthropicServer([{ kind: "text", text: "Hello." }]);
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: "none" };
    const words = ["main.worker", "Hello.", "--cassette", "asks.yaml", "--mode", "record"];
    expect((await repository.runHere(words, { env })).code).toBe(0);
    const missing = await resultOf(repository);
    expect(missing.incomparable).toMatchObject([{ name: "asks", side: "before" }]);
    expect(missing.incomparable[0]?.reason).toContain("there is no such cassette");
    expect(missing.code).toBe(0);
    repository.commit("two");
    repository.write({ "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nShout.\n" });
    const stale = await resultOf(repository);
    expect(stale.incomparable).toMatchObject([{ name: "asks", side: "after" }]);
    expect(stale.code).toBe(3);
  });

  test("a snapshot counts as in the tests themselves", async () => {
    using repository = codeProject({
      "text.cases.yaml": `
files: [text.ts]
entry: say
cases:
  - { name: "says \`a\` $ {b}", cassette: none, input: {}, expect: { snapshot: true } }
`,
      "text.ts": `
import { tool } from "llm-do";
import { z } from "zod";
export const say = tool({ description: "Say.", input: z.object({}), effect: "pure", run: () => ({
  b: ["one \`tick\` \${x} \\\\ back", 1.5, true, null, [], {}], a: { "k y": "two\\nlines" },
}) });
`,
    });
    linkPackages(repository.path, ["vitest", "vite"]);
    const updated = await repository.run(["test", "text", "--update"]);
    expect(updated.stdout).toContain("1 passed");
    repository.commit("one");
    expect(await resultOf(repository)).toMatchObject({ failed: [], code: 0, unchanged: 3 });
    const text = readFileSync(join(repository.path, "text.ts"), "utf8");
    repository.write({ "text.ts": text.replace("two", "three") });
    // Started for real: this process has imported the code as it was.
    const { failed, code } = await resultOf(repository, repository.run.bind(repository));
    expect(failed).toMatchObject([{ reason: "the output is not what its snapshot says" }]);
    expect(code).toBe(1);
  });
});

describe("what never happens", { timeout: TIMEOUT_MS }, () => {
  const LIVE = {
    "main.cases.yaml": `
files: [tools.ts]
entry: send
cases: [{ name: sends, cassette: none, input: {} }]
`,
    "tools.ts": `
import { writeFileSync } from "node:fs";
import { tool } from "llm-do";
import { z } from "zod";
export const send = tool({ description: "Send.", input: z.object({}), effect: "external", run: () => {
  writeFileSync(process.env.SENT, "sent");
  return "sent";
} });
`,
  };

  test("no external effect that is not on record happens, on either side", async () => {
    using repository = codeProject(LIVE);
    repository.commit("one");
    const sent = join(repository.temporary, "sent");
    const { stdout, code } = await repository.runHere(["test", "--against", "HEAD"], {
      env: { SENT: sent },
    });
    expect(stdout).toContain("not comparable (1):\n");
    expect(stdout).toContain("here nothing outside is touched");
    expect(existsSync(sent)).toBe(false);
    expect(code).toBe(3);
  });

  test("no secret is shown", async () => {
    using repository = codeProject({
      "main.cases.yaml": LIVE["main.cases.yaml"],
      "tools.ts": LIVE["tools.ts"]
        .replace("external", "pure")
        .replace(/writeFileSync\(.*\n.*"sent";/, "return process.env.SHOP_TOKEN + 1;"),
    });
    repository.commit("one");
    const tools = readFileSync(join(repository.path, "tools.ts"), "utf8");
    repository.write({ "tools.ts": tools.replace("+ 1", "+ 2") });
    const token = "kx82-very-secret-9931";
    for (const format of ["text", "markdown", "json"]) {
      const words = ["test", "--against", "HEAD", "--format", format, "--report", "page.html"];
      const { stdout } = await repository.runHere(words, { env: { SHOP_TOKEN: token } });
      expect(stdout).toContain("secret");
      expect(stdout).not.toContain(token);
    }
    expect(readFileSync(join(repository.path, "page.html"), "utf8")).not.toContain(token);
  });

  test("an interrupt leaves nothing behind", async () => {
    using repository = codeProject({
      "main.cases.yaml": LIVE["main.cases.yaml"],
      "tools.ts": LIVE["tools.ts"]
        .replace("external", "pure")
        .replace('return "sent";', "return new Promise(() => setTimeout(() => 0, 60_000));"),
    });
    repository.commit("one");
    const { state } = repository;
    const sent = join(repository.temporary, "sent");
    const { code } = await repository.run(["test", "--against", "HEAD"], {
      env: { SENT: sent },
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(sent)) return;
          clearInterval(timer);
          child.kill("SIGINT");
        }, 20);
      },
    });
    expect(code).toBe(130);
    expect(repository.leftOver).toEqual([]);
    expect(repository.state).toBe(state);
  });
});

describe("a revision beside the packages that are installed", { timeout: TIMEOUT_MS }, () => {
  test("a package of the repository itself is that of the revision", async () => {
    using repository = codeProject({
      "packages/rate/package.json": '{ "name": "rate", "type": "module", "exports": "./rate.ts" }',
      "packages/rate/rate.ts": "export const rate = 2;\n",
      "tools.ts": `
import { tool } from "llm-do";
import { rate } from "rate";
import { z } from "zod";
export const double = tool({ description: "Double.", input: z.object({ a: z.number() }), effect: "pure", run: ({ a }) => a * rate });
`,
    });
    symlinkSync("../packages/rate", join(repository.path, "node_modules/rate"));
    repository.commit("one");
    repository.write({ "packages/rate/rate.ts": "export const rate = 3;\n" });
    const { changed } = await resultOf(repository);
    expect(changed.map(({ before, after }) => [before.answers, after.answers])).toEqual([
      [[{ text: "2", runs: 1 }], [{ text: "3", runs: 1 }]],
      [[{ text: "4", runs: 1 }], [{ text: "6", runs: 1 }]],
    ]);
  });

  test("other packages, pointers and submodules are told", async () => {
    using repository = codeProject({
      "package-lock.json": "{}\n",
      ".gitattributes": "*.bin filter=lfs\n",
      "large.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 5\n",
    });
    repository.commit("one");
    const commit = repository.git("rev-parse", "HEAD").trim();
    repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},vendor`);
    repository.git("commit", "-q", "-m", "two");
    repository.write({ "package-lock.json": '{ "name": "other" }\n' });
    const { notes, unchanged } = await resultOf(repository);
    expect(notes).toEqual([
      "submodules are empty at HEAD: vendor",
      "files of Git LFS are pointers at HEAD, not their content: large.bin",
      "packages are those installed now, also for HEAD, where other ones are named: package-lock.json",
    ]);
    expect(unchanged).toBe(2);
  });
});
