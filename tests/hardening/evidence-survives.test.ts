import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";

// What an honest engineer does between two looks, and what becomes of the evidence.
const TITLES = titles(400);
const SLUG = 'input.toLowerCase().replace(/[^a-z0-9]+/g, "-")';

/** Reads a list of titles from a file beside the code, anew on each call. */
function reading(path: string): string {
  return `import { readFileSync } from "node:fs";
const listed = () => JSON.parse(readFileSync(${path}, "utf8"));
`;
}

const NAMED = reading('new URL("./titles.json", import.meta.url)');
/** A path of which nobody who reads the code's text can tell what it is. */
const COMPUTED = reading('`${import.meta.dirname}/${["titles", "json"].join(".")}`');

const PROMOTE = [
  "promote",
  "slug.worker",
  "--to",
  "code",
  "--tool",
  "slug.ts#slug",
  "--check",
  "0",
];

/** The guard of templates, without the titles of a file. */
const DOMAIN = `import { domain, listedTemplates } from "llm-do";
import templates from "./hardening/slug/templates.json" with { type: "json" };
${NAMED}
const guard = listedTemplates(templates);
export const slug_domain = domain({
  ...guard,
  accepts: (value) => (listed().includes(value.input) ? "it is hard" : guard.accepts(value)),
});
`;

function dataTool(before: string): string {
  return slugTool(`listed().includes(input) ? "?" : ${SLUG}`, { before });
}

function list(project: ComparedProject, named: Iterable<string>): void {
  project.write({ "titles.json": JSON.stringify([...named]) });
}

function isCertified(project: ComparedProject): boolean {
  return existsSync(join(project.path, "hardening/slug/certificate.json"));
}

/** Titles on which the last report shows a disagreement. */
function shown(project: ComparedProject): readonly string[] {
  const lines = project.read("hardening/slug/disagreements.jsonl").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line).input.input);
}

test("a guard that leaves out all that was shown is another version, and certifies nothing", async () => {
  const wrong = new Set(TITLES.filter((_each, index) => index % 8 === 0));
  const answer = (title: string) => (wrong.has(title) ? "other" : slugOf(title));
  using project = new ComparedProject();
  await project.record({ inputs: TITLES, answer });
  const claim = ["--claim", "0.95"];
  const first = await project.compare(...claim);
  expect(first.code).toBe(1); // below the claim on train: nobody looked
  project.write({ "slug.domain.ts": DOMAIN });
  const known = new Set(shown(project));
  const versions: (number | undefined)[] = [];
  for (let round = 0; round < 3; round++) {
    list(project, known);
    const { code } = await project.compare(...claim);
    expect([code === 0, isCertified(project)]).toEqual([false, false]);
    versions.push(project.report().look?.version);
    await project.compare("--open", ...claim);
    for (const title of shown(project)) known.add(title);
  }
  expect(versions).toEqual([1, 2, 3]);
  expect(known.size).toBeLessThan(wrong.size);
  // Had the closed ones been shown, what is left would agree by itself: that is what the queue prevents.
  list(project, wrong);
  await project.compare(...claim);
  const { look } = project.report();
  if (!look || look.hidden) throw new Error("nobody looked");
  expect([look.version, look.agreed]).toEqual([4, look.n]);
});

test("the headline has the inputs that tool and guard left to the prompt, as observed", async () => {
  using project = new ComparedProject({
    "slug.ts": slugTool(
      `/0 of/.test(input) ? { ok: false, reason: "not sure" } : { ok: true, value: ${SLUG} }`,
    ),
  });
  await project.record({ inputs: TITLES });
  const { stdout } = await project.compare("--claim", "0.7");
  const { look } = project.report();
  if (!look || look.hidden) throw new Error("nobody looked");
  const { n, fellBack } = look.fallback;
  expect(fellBack).toBeGreaterThan(10);
  expect(stdout.split("\n")[0]).toContain(
    `; ${fellBack} of ${n} held-out inputs left to the prompt (between `,
  );
  expect(look.n + fellBack).toBe(n);
});

test("new recordings and a look out of curiosity leave the certificate and the code where they are", async () => {
  using project = new ComparedProject();
  await project.record({ inputs: TITLES });
  expect((await project.compare("--claim", "0.95")).code).toBe(0);
  expect((await project.run(PROMOTE)).code).toBe(0);
  const before = project.read("hardening/slug/certificate.json");
  await project.record({ inputs: titles(430).slice(400), cassette: "cassettes/more.yaml" });
  expect((await project.compare("--claim", "0.999")).code).toBe(6);
  expect(project.read("hardening/slug/certificate.json")).toBe(before);
  const { stdout, stderr } = await project.run(["slug.worker", "Report 7 of the group", "-v"]);
  expect(stdout).toBe("report-7-of-the-group\n");
  expect(stderr).toContain("slug: code answers (code)");
  const monitored = await project.run(["monitor"]);
  expect(monitored.stdout).toMatch(/certificate +fits; at least 95 % agreement/);
  expect((await project.run(PROMOTE)).code).toBe(0);
});

test("a tool that answers otherwise by a file that it names falls back to the prompt", async () => {
  using project = new ComparedProject({ "slug.ts": dataTool(NAMED) });
  await project.record({ inputs: TITLES });
  list(project, []);
  await project.compare("--claim", "0.95");
  expect((await project.run(PROMOTE)).code).toBe(0);
  list(project, TITLES.slice(1, 3));
  const { stderr } = await project.run(["slug.worker", "Report 1 of the group", "-v"]);
  expect(stderr).toContain("the prompt of slug answers, not its code: its certificate");
  expect(stderr).toContain("was made for another tool\nslug: asks test:m");
  expect((await project.run(["monitor"])).code).toBe(2);
});

test("a tool that answers otherwise by a file that cannot be seen is known by its answers", async () => {
  using project = new ComparedProject({ "slug.ts": dataTool(COMPUTED) });
  await project.record({ inputs: TITLES });
  list(project, []);
  await project.compare("--claim", "0.95");
  const { verdict, look, hashes } = project.report();
  expect([verdict, look?.version]).toEqual(["supported", 1]);
  list(project, TITLES.slice(1, 3));
  const promoted = await project.run(PROMOTE);
  expect(promoted.code).toBe(2);
  expect(promoted.stderr).toMatch(/the tool's answers to its 400 recorded inputs are others/);
  await project.compare("--claim", "0.9");
  expect(project.report()).toMatchObject({ look: { version: 2 }, hashes: { tool: hashes.tool } });
});
