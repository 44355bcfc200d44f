import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeFiles } from "../../../tests/support/project.ts";

export type Files = Readonly<Record<string, string>>;

const repository = resolve(import.meta.dirname, "../../..");

/** The installed packages that a project's files import: this one, as it was built, and zod. */
export function installInto(folder: string): void {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repository, join(folder, "node_modules/llm-do"));
  for (const name of ["zod", "vitest"]) {
    symlinkSync(join(repository, "node_modules", name), join(folder, "node_modules", name));
  }
}

/** Puts files into a folder. */
export function lay(folder: string, files: Files): void {
  writeFiles(folder, files);
}

/** A worker, a tool and a case. */
export const PLAIN: Files = {
  "package.json": '{ "type": "module" }\n',
  "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n",
  "tools.ts": `import { tool } from "llm-do";
import { z } from "zod";
export const shout = tool({
  description: "Say it loudly.",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => input.toUpperCase(),
});
`,
  "one.yaml": "- Hello, Ada.\n",
  "other.yaml": "- Hello, Bob.\n",
};

/** The same with a case, whose recording a script makes. */
export const CASES: Files = {
  ...PLAIN,
  "main.cases.yaml": `# people's own words
script: one.yaml
cases:
  - name: greets
    input: I am Ada.
`,
};

/** A case that a judge looks at. */
export const JUDGED: Files = {
  ...PLAIN,
  "grader.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou grade.\n",
  "main.cases.yaml": `script: judged.yaml
cases:
  - name: greets
    input: I am Ada.
    expect: { judge: { worker: grader.worker, least: 0.8 } }
`,
  "judged.yaml": `- Hello.
- '{"reason": "It does not say the name.", "score": 0.3}'
`,
};

const COUNT = 60;

const numbers = Array.from({ length: COUNT }, (_each, index) => index + 1);

/** The prompt of the entry that asks for all names. */
export const HEADERS = JSON.stringify({
  headers: numbers.map((number) => `Person ${number} <p@example.org>`),
});

/** A prompt with code in its place. */
export const MAIL: Files = {
  "package.json": '{ "type": "module" }\n',
  "from_name.worker":
    "---\nname: from_name\ndescription: A name.\nmodel: anthropic:claude-haiku-4-5\n---\nGive the name.\n",
  "from_name.ts": `import { tool } from "llm-do";
import { z } from "zod";
export const from_name = tool({
  description: "The display name of a From header.",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => {
    const name = /^([^<"]+) </.exec(input)?.[1];
    return name === undefined ? { ok: false, reason: "none" } : { ok: true, value: name };
  },
});
`,
  "main.ts": `import { tool } from "llm-do";
import { z } from "zod";
export const main = tool({
  description: "All names.",
  input: z.object({ headers: z.array(z.string()) }),
  effect: "pure",
  run: async ({ headers }, ctx) => {
    const names = [];
    for (const header of headers) names.push(await ctx.call("from_name", header));
    return names.join("\\n");
  },
});
`,
  "answers.yaml": numbers.map((number) => `- Person ${number}\n`).join(""),
  "wrong.yaml": numbers.map(() => "- Nobody\n").join(""),
};

const SHORT_CODE = `\`\`\`ts
function answer({ input }: Input): Answer {
  return { ok: true, value: input.split(" <")[0] ?? "" };
}
\`\`\``;

/** What a model would say when it is asked for code, one answer for each round. */
export const CODE = JSON.stringify([
  `\`\`\`ts
function answer({ input }: Input): Answer {
  const name = /^([^<"]+) </.exec(input)?.[1];
  return name === undefined ? { ok: false, reason: "none" } : { ok: true, value: name };
}
\`\`\``,
  ...Array.from({ length: 8 }, () => SHORT_CODE),
]);
