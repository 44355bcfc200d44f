import { describe, expect, test } from "vitest";
import { withCut } from "../../src/certificate/ledger-changes.ts";
import { formatSplitLedger, parseSplitLedger } from "../../src/certificate/ledger-text.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";

const TITLES = titles(400);
const SLUG = 'input.toLowerCase().replace(/[^a-z0-9]+/g, "-")';

interface LedgerInput {
  readonly key: string;
  readonly side: string;
}

function events(project: ComparedProject): readonly Record<string, unknown>[] {
  return JSON.parse(project.read("hardening/slug/split.lock.json")).events;
}

function heldOut(project: ComparedProject): number {
  const listed = events(project).flatMap(({ inputs = [] }) => inputs as readonly LedgerInput[]);
  return listed.filter(({ side }) => side === "holdout").length;
}

function look(project: ComparedProject) {
  const { look: found } = project.report();
  return found ?? expect.unreachable("nobody looked");
}

let written = 0;

/** Compares with a tool of this code, in a file of its own: a process loads a file once. */
function compareWith(project: ComparedProject, code: string, ...flags: readonly string[]) {
  const file = `slug-${++written}.ts`;
  project.write({ [file]: code });
  return project.run(["compare", "slug.worker", `${file}#slug`, ...flags]);
}

/** A tool that disagrees with the prompt on titles whose number ends so. */
function wrongOn(pattern: string): string {
  return slugTool(`${pattern}.test(input) ? ${SLUG} + "x" : ${SLUG}`);
}

/** Other answers than the prompt's on the titles that a list names. */
function special(list: readonly string[], base: string): string {
  return slugTool(`${JSON.stringify(list)}.includes(input) ? ${SLUG} : ${base}`);
}

describe("versions", () => {
  test("a tool with the same answers is the same version, another one pays less risk", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const seen: unknown[] = [];
    const sources = [
      slugTool(SLUG),
      `// another layout\n${slugTool(`String(${SLUG})`)}`,
      wrongOn("/ 77 /"),
      slugTool(SLUG),
    ];
    for (const source of sources) {
      await compareWith(project, source);
      const { version, alpha } = look(project);
      seen.push([version, alpha]);
    }
    expect(seen).toEqual([
      [1, 0.025],
      [1, 0.025],
      [2, 0.05 / 6],
      [1, 0.025],
    ]);
  });

  test("a guard that imports the tool, as harden writes it, is the same guard after a refactoring", async () => {
    using project = new ComparedProject({
      "slug.domain.ts": `import { domain } from "llm-do";
import { slug } from "./slug.ts";
export const d = domain({ accepts: () => slug.effect === "pure" || "it is not pure" });
`,
    });
    await project.record({ inputs: TITLES });
    const compared = async (changes: Readonly<Record<string, string>>) => {
      project.write(changes);
      await project.compare("--claim", "0.5");
      return [look(project).version, project.report().hashes.domain];
    };
    const first = await compared({});
    expect(await compared({ "slug.ts": `// a comment\n${project.read("slug.ts")}` })).toEqual(
      first,
    );
    const [version] = await compared({ "slug.domain.ts": `${project.read("slug.domain.ts")}\n` });
    expect(version).toBe(2);
  });

  test("go on when inputs are recorded, and another claim of one is free", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 200) });
    await project.compare();
    await project.record({ inputs: TITLES.slice(200), cassette: "cassettes/more.yaml" });
    await project.compare();
    const grown = look(project);
    await project.compare("--claim", "0.9");
    expect([grown, look(project)]).toMatchObject([
      { version: 1, n: heldOut(project) },
      { version: 1, n: heldOut(project) },
    ]);
  });

  test("another comparator, guard or date is another version", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 100) });
    project.write({ "text.yaml": "text: { ignore_case: true }\n" });
    const versions: unknown[] = [];
    for (const flags of [[], ["--comparator", "text.yaml"], ["--since", "2020-01-01"], []]) {
      await project.compare(...flags);
      versions.push(look(project).version);
    }
    project.write({
      "slug.domain.ts":
        'import { domain } from "llm-do";\nexport const d = domain({ accepts: () => true });\n',
    });
    await project.compare();
    expect([...versions, look(project).version]).toEqual([1, 2, 3, 1, 4]);
  });

  test("whose input has gone from the recordings disagree on it", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 100) });
    await project.record({ inputs: TITLES.slice(100, 140), cassette: "cassettes/gone.yaml" });
    await project.compare();
    const before = look(project);
    await project.run([
      "compare",
      "slug.worker",
      "slug.ts#slug",
      "--recordings",
      "cassettes/all.yaml",
    ]);
    const after = look(project);
    const { sources } = project.report();
    expect(sources.gone).toBe(40);
    expect(after).toMatchObject({ version: 2, hidden: false });
    expect(before.hidden || after.hidden ? 0 : before.n - after.n).toBe(0);
    expect(after.hidden ? 0 : after.agreed).toBeLessThan(before.hidden ? 0 : before.agreed);
  });
});

describe("opening the holdout", () => {
  test("moves the next 50 to train, agreeing or not, and lists their disagreements", async () => {
    using project = new ComparedProject({ "slug.ts": wrongOn("/3 of/") });
    await project.record({ inputs: TITLES });
    await project.compare("--claim", "0.8");
    const before = project.report();
    const { code } = await project.compare("--open", "--claim", "0.8");
    const { opened, sources, disagreements, verdict } = project.report();
    expect([code, verdict]).toEqual([6, "not-looked"]);
    expect(opened?.inputs).toBe(50);
    expect(sources.closed).toBe(before.sources.closed - 50);
    expect(disagreements).toBe(before.disagreements + (opened?.disagreements ?? 0));
    const lines = project.read("hardening/slug/disagreements.jsonl").trimEnd().split("\n");
    expect(lines).toHaveLength(disagreements);
    expect(events(project).at(-1)).toMatchObject({ kind: "opened", by: "open", count: 50 });
  });

  test("counts for the version that had answered before, and for no later one", async () => {
    using project = new ComparedProject({ "slug.ts": wrongOn("/3 of/") });
    await project.record({ inputs: TITLES });
    await project.compare("--claim", "0.8");
    const all = heldOut(project);
    await project.compare("--open");
    await project.compare("--claim", "0.8");
    expect(look(project)).toMatchObject({ version: 1, n: all });
    await compareWith(project, wrongOn("/7 of/"), "--claim", "0.8");
    expect(look(project)).toMatchObject({ version: 2, n: all - 50 });
  });

  test("special-casing what was shown gains nothing", async () => {
    using project = new ComparedProject({ "slug.ts": wrongOn("/[37] of/") });
    await project.record({ inputs: TITLES });
    const known = new Set<string>();
    for (let round = 0; round < 3; round++) {
      await project.compare("--open");
      for (const line of project.read("hardening/slug/disagreements.jsonl").trim().split("\n")) {
        known.add(JSON.parse(line).input.input);
      }
      const base = `/[37] of/.test(input) ? ${SLUG} + "x" : ${SLUG}`;
      const { code } = await compareWith(project, special([...known], base), "--claim", "0.9");
      expect(code).not.toBe(0);
      const { look: found } = project.report();
      if (found && !found.hidden) expect(found.agreed / found.n).toBeLessThan(0.9);
    }
  });
});

describe("counts", () => {
  test("are not told to a program, whether supported or not", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const words = ["compare", "slug.worker", "slug.ts#slug"];
    const ci = { env: { CI: "true" } };
    const not = await project.run([...words, "--claim", "0.999"], ci);
    expect([not.code, project.report().verdict]).toEqual([6, "not-yet"]);
    expect(look(project)).toMatchObject({ hidden: true, needed: 5720 });
    const flat = not.stdout.replaceAll(/\s+/g, " ");
    expect(flat).toContain("not yet: that they agree on at least 99.9 %");
    expect(flat).toContain("at the rate of train are about as likely as not to suffice");
    expect(flat).not.toMatch(/\d+ of \d+ (?:distinct )?held-out/);
    expect(events(project).at(-1)).not.toHaveProperty("n");
    const supported = await project.run([...words, "--claim", "0.9"], ci);
    expect([supported.code, project.report().verdict]).toEqual([0, "supported"]);
    expect(Object.keys(look(project)).sort()).toEqual(["alpha", "hidden", "version"]);
    expect(events(project).filter(({ kind }) => kind === "look")).toHaveLength(2);
  });

  test("are hidden from the 21st version on", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 120) });
    for (let version = 1; version <= 21; version++) {
      await compareWith(project, wrongOn(`/ ${version} of/`), "--claim", "0.97");
      expect(look(project)).toMatchObject({ version, hidden: version > 20 });
    }
    expect(project.report().verdict).toBe("not-yet");
  }, 60_000);
});

describe("a certificate", () => {
  test("is not overwritten by a failed look or by one at another claim", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    await project.compare("--claim", "0.95");
    const first = project.read("hardening/slug/certificate.json");
    await project.compare("--claim", "0.999");
    const { stdout } = await project.compare("--claim", "0.9");
    expect(stdout).toContain(
      "certificate: hardening/slug/certificate-0.9.json; code answers by certificate.json (slug.ts#slug, at least 95 % agreement) unless this one is named",
    );
    expect(project.read("hardening/slug/certificate.json")).toBe(first);
    const other = JSON.parse(project.read("hardening/slug/certificate-0.9.json"));
    expect(other).toMatchObject({ claim: 0.9, version: 1 });
  });

  test("counts templates where the guard lets in others than it lists", async () => {
    using project = new ComparedProject({
      "slug.domain.ts":
        'import { domain } from "llm-do";\nexport const d = domain({ accepts: () => true });\n',
    });
    await project.record({ inputs: TITLES });
    const { code, stdout } = await project.compare("--claim", "0.5");
    expect(look(project)).toMatchObject({ unit: "template", templates: { n: 1, agreed: 1 } });
    expect(code).toBe(6);
    expect(stdout).toContain("a template counts once");
  });
});

/** A clock that stands at a time of day. */
function at(time: string) {
  return { clock: { ...nodeHost().clock, nowMs: () => Date.parse(time) } };
}

test("with a date only later inputs count, and train is that of today's world", async () => {
  using project = new ComparedProject();
  const words = ["compare", "slug.worker", "slug.ts#slug"];
  const answer = (title: string) => slugOf(title).replace("report", "letter");
  await project.record({ inputs: TITLES.slice(100, 200), answer });
  await project.run(words, at("2026-01-01T12:00:00Z"));
  expect(project.report().verdict).toBe("not-looked");
  await project.record({ inputs: TITLES.slice(200, 400), cassette: "cassettes/new.yaml" });
  const since = ["--since", "2026-02-01", "--claim", "0.9"];
  await project.run([...words, ...since], at("2026-03-01T12:00:00Z"));
  const { train, verdict, sources } = project.report();
  const found = look(project);
  expect([verdict, train.agreed]).toEqual(["supported", train.n]);
  expect(train.earlier + train.n).toBe(sources.train);
  expect(train.earlier).toBeGreaterThan(30);
  expect(found).toMatchObject({ n: 200 - train.n });
});

test("after a cut only later inputs count, and those that were listed at its moment are of before it", async () => {
  using project = new ComparedProject();
  const answer = (title: string) => slugOf(title).replace("report", "letter");
  await project.record({ inputs: TITLES.slice(100, 200), answer });
  const words = ["compare", "slug.worker", "slug.ts#slug", "--claim", "0.9"];
  const moment = "2026-01-01T12:00:00.000Z";
  await project.run(words, at(moment));
  // As a reset of an alarm does it: what was recorded is listed, and cut off, by one clock.
  const file = "hardening/slug/split.lock.json";
  const ledger = parseSplitLedger(project.read(file), file);
  const cut = withCut(ledger, { at: moment, why: "alarm", detail: "code and prompt disagreed" });
  project.write({ [file]: formatSplitLedger(cut) });
  await project.record({ inputs: TITLES.slice(200, 400), cassette: "cassettes/new.yaml" });
  await project.run(words, at("2026-01-02T12:00:00Z"));
  const { train, verdict } = project.report();
  expect([verdict, train.earlier, train.agreed]).toEqual(["supported", 100, train.n]);
  expect(look(project)).toMatchObject({ n: 200 - train.n });
});

test("fresh inputs are those that were listed after the version's first look", async () => {
  using project = new ComparedProject();
  await project.record({ inputs: TITLES.slice(100, 200) });
  await project.compare();
  const first = heldOut(project);
  await project.record({ inputs: TITLES.slice(200, 300), cassette: "cassettes/more.yaml" });
  await project.compare("--fresh", "--claim", "0.9");
  expect(look(project)).toMatchObject({ n: heldOut(project) - first });
});
