import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/host.ts";
import { type ModelAsked, modelServer } from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

// A shop: its orders are dated by one prompt, and its reviews are read by another.
const FILES = {
  "package.json": '{ "type": "module" }',
  "order_date.worker": `---
description: ISO date of an order
model: anthropic:claude-haiku-4-5
---
Answer with the date of this line as YYYY-MM-DD, and nothing else.
`,
  "mood.worker": `---
description: Mood of a review
model: anthropic:claude-haiku-4-5
---
Answer with the mood of this review in one word.
`,
  "day.ts": `import { tool } from "llm-do";
import { z } from "zod";

export const day = tool({
  description: "A day of the shop: its orders, and its reviews",
  input: z.object({ orders: z.array(z.string()), reviews: z.array(z.string()) }),
  effect: "pure",
  run: async ({ orders, reviews }, ctx) => {
    const dates = [];
    for (const order of orders) dates.push(await ctx.call("order_date", order));
    for (const review of reviews) await ctx.call("mood", review);
    return dates;
  },
});
`,
};

/** What a person writes into the tool that \`harden\` has made. */
const CODE = `export function answer({ input }: Input): Answer {
  const [, day = "", month = "", year = ""] = /(\\d+)\\/(\\d+)\\/(\\d{4})/.exec(input) ?? [];
  if (year === "") return { ok: false, reason: "it has no date" };
  return { ok: true, value: \`\${year}-\${month.padStart(2, "0")}-\${day.padStart(2, "0")}\` };
}
`;

const MOODS = ["fine", "glad", "calm", "sad", "angry"];

/** How the prompt reads 3/4/2020: as the third of April, or of March the fourth. */
type Reading = "day-first" | "month-first";

function dateOf(order: string, reading: Reading): string {
  const [, one = "", other = "", year] = /(\d+)\/(\d+)\/(\d+)/.exec(order) ?? [];
  const [day, month] = reading === "day-first" ? [one, other] : [other, one];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Orders that are all different; most of their dates can be read in two ways. */
function orders(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_each, index) => {
    const number = from + index;
    return `Order ${10_000 + number} of ${(number % 12) + 1}/${((number * 5) % 12) + 1}/${2000 + (number % 25)}`;
  });
}

function lastSaid({ messages }: ModelAsked): string {
  return JSON.stringify(messages.at(-1)?.content);
}

/** A project whose model is a provider on the loopback, and the command line. */
async function shop() {
  const folder = temporaryFolder();
  writeFiles(folder.path, FILES);
  symlinkSync(join(repository, "node_modules"), join(folder.path, "node_modules"));
  const model = { reading: "day-first" as Reading };
  const server = await modelServer((asked, count) =>
    asked.system.includes("mood")
      ? [MOODS[(count * 7 + Math.floor(count / 3)) % MOODS.length] ?? ""]
      : [dateOf(lastSaid(asked), model.reading)],
  );
  const path = (name: string) => join(folder.path, name);
  return {
    model,
    asked: server.asked,
    read: (name: string) => readFileSync(path(name), "utf8"),
    write: (name: string, text: string) => writeFiles(folder.path, { [name]: text }),
    llmDo: (...argv: readonly string[]) =>
      runCli(argv, { cwd: folder.path, env: { ...server.env, NO_COLOR: "1" } }),
    /** One run of many calls. */
    day(from: number, to: number, ...flags: readonly string[]) {
      const reviews = flags.includes("--samples")
        ? Array.from({ length: 30 }, (_each, index) => `Review ${index}: it came on time`)
        : [];
      const input = JSON.stringify({ orders: orders(from, to), reviews });
      const words = ["day.ts", "order_date.worker", "mood.worker", input, "--entry", "day"];
      return this.llmDo(...words, "--max-calls", "9999", "-v", ...flags);
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Who answered the calls of a run, in their order, by its progress. */
function answeredBy(stderr: string): readonly string[] {
  return [...stderr.matchAll(/: (code answers|the prompt is asked) \(/g)].map(([, who = ""]) =>
    who === "code answers" ? "code" : "prompt",
  );
}

const WORKER = "order_date.worker";
const TOOL = "order_date.ts#order_date";
const CERTIFICATE = "hardening/order_date/certificate.json";
const LOCK = "llm-do.lock.yaml";

test("from recorded traffic to watched code, through a drift, and back", {
  timeout: 120_000,
}, async () => {
  await using project = await shop();
  const { model, llmDo } = project;

  // Traffic is recorded.
  const recorded = await project.day(0, 200, "--cassette", "cassettes/t.yaml", "--samples", "2");
  expect(recorded.code, recorded.stderr).toBe(0);
  expect(project.asked).toHaveLength(460);

  // 1. Which prompt costs most, and whether code can take it.
  const scan = await llmDo("harden", "--scan", "--monthly-calls", "100000");
  expect(scan.stdout).toMatch(/^Prompts on record, the dearest first: 1 of 2 worth trying\n/);
  expect(scan.stdout).toMatch(
    /\n +order_date +400 +200 +100\.0 % +\$0\.\d+ +100\.0 % +\$\d.* worth trying\n +mood +60 +30 .*it is noise\n/,
  );
  expect(scan.stdout).toContain("Try: llm-do harden order_date.worker\n");

  // 2. The tool, which a person fills in.
  expect(await llmDo("harden", WORKER)).toMatchObject({ code: 0 });
  const drafted = project.read("order_date.ts");
  const written = drafted.replace(/export function answer[\s\S]*?\n}\n/, () => CODE);
  expect(written).not.toBe(drafted);
  project.write("order_date.ts", written);

  // 3. A certificate.
  const compared = await llmDo("compare", WORKER, TOOL, "--claim", "0.95");
  expect(compared.stdout).toMatch(/: supported: that they agree on at least 95 %/);
  expect(compared.code).toBe(0);

  // 4. A canary, then code for all calls; checks go on.
  const nervous = ["--false-alarm-every", "1000"];
  const canary = await llmDo(
    ...["promote", WORKER, "--to", "canary", "--share", "0.5", "--tool", TOOL, ...nervous],
  );
  expect(canary.code, canary.stderr).toBe(0);
  const first = await project.day(200, 230);
  expect(new Set(answeredBy(first.stderr))).toEqual(new Set(["code", "prompt"]));
  expect(await llmDo("promote", WORKER, "--to", "code", "--check", "0.5")).toMatchObject({
    code: 0,
  });
  const before = project.asked.length;
  const calm = await project.day(230, 270);
  expect(JSON.parse(calm.stdout)).toEqual(orders(230, 270).map((o) => dateOf(o, "day-first")));
  expect(new Set(answeredBy(calm.stderr))).toEqual(new Set(["code"]));
  const checks = project.asked.length - before;
  expect(checks).toBeGreaterThan(5);
  expect(checks).toBeLessThan(35);
  // 5. It is looked after.
  const well = await llmDo("monitor");
  expect([well.code, well.stdout]).toEqual([0, expect.stringContaining("1 function, all well\n")]);

  // The prompt reads dates in another way from now on. The alarm is raised within one run, and acts in it.
  model.reading = "month-first";
  const drift = await project.day(1000, 1100);
  const by = answeredBy(drift.stderr);
  const turned = by.indexOf("prompt");
  expect(by).toHaveLength(100);
  expect(turned).toBeGreaterThan(0);
  expect(new Set(by.slice(turned))).toEqual(new Set(["prompt"]));
  const dates: readonly string[] = JSON.parse(drift.stdout);
  const asked = orders(1000, 1100);
  expect(dates.slice(0, turned)).toEqual(asked.slice(0, turned).map((o) => dateOf(o, "day-first")));
  expect(dates.slice(turned)).toEqual(asked.slice(turned).map((o) => dateOf(o, "month-first")));
  expect(drift.stderr.match(/the alarm of order_date is raised/g)).toHaveLength(1);
  expect(project.read(LOCK)).toMatch(/\n {4}mode: prompt\n[\s\S]*\n {4}reverted:\n/);
  const alarmed = await llmDo("monitor");
  expect(alarmed.code).toBe(1);
  expect(alarmed.stdout).toMatch(/1 alarm\n[\s\S]*alarm +raised 20/);
  expect(alarmed.stderr).toContain("llm-do monitor order_date.worker --reset");
  expect(await llmDo("promote", WORKER, "--to", "code")).toMatchObject({ code: 2 });

  // A person looks, changes the code, and lets a shadow make evidence of the world as it is now.
  expect(await llmDo("monitor", WORKER, "--reset")).toMatchObject({ code: 0 });
  project.write(
    "order_date.ts",
    written.replace('[, day = "", month = "", ', '[, month = "", day = "", '),
  );
  const early = await llmDo("promote", WORKER, "--to", "code");
  expect([early.code, early.stderr]).toEqual([
    2,
    expect.stringContaining("its evidence was set aside on"),
  ]);
  expect(await llmDo("promote", WORKER, "--to", "shadow")).toMatchObject({ code: 0 });
  const shadow = await project.day(2000, 2250, "--cassette", "cassettes/shadow.yaml");
  expect(JSON.parse(shadow.stdout)).toEqual(
    orders(2000, 2250).map((o) => dateOf(o, "month-first")),
  );

  // Only later inputs count, and all of them are of the shadow.
  const again = await llmDo("compare", WORKER, TOOL, "--claim", "0.95");
  expect(again.stdout).toMatch(/: supported: that they agree on at least 95 %/);
  const { train, look, sources } = JSON.parse(project.read("hardening/order_date/compare.json"));
  expect(look.version).toBe(2);
  expect(train.n + look.n).toBe(250);
  expect(train.earlier).toBeGreaterThan(250);
  expect(sources.origins.shadow).toBe(250);
  expect(JSON.parse(project.read(CERTIFICATE)).sources).toMatchObject({
    ...{ shadow: look.n, traffic: 0, check: 0, scripted: 0 },
  });

  // Code answers again, in the new way, and all is well.
  expect(await llmDo("promote", WORKER, "--to", "code")).toMatchObject({ code: 0 });
  const last = await project.day(3000, 3020);
  expect(JSON.parse(last.stdout)).toEqual(orders(3000, 3020).map((o) => dateOf(o, "month-first")));
  expect(new Set(answeredBy(last.stderr))).toEqual(new Set(["code"]));
  expect(await llmDo("monitor")).toMatchObject({ code: 0 });
});
