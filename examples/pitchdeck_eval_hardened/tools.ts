import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tool, toolset } from "llm-do";
import { z } from "zod";

/** Where the decks lie and the evaluations go, in the project's folder. */
const FOLDERS = { decks: "decks", evaluations: "evaluations" };

/** What `list_decks` gives. */
export const deckList = z.array(z.object({ path: z.string(), name: z.string() }));

/** What is mechanical about having decks evaluated. */
export const decks = toolset({
  list_decks: tool({
    description: "List the pitch decks: the path of each, and the name that its evaluation gets.",
    input: z.object({}),
    output: deckList,
    effect: "local",
    run: (_input, ctx) => namedDecks(readdirSync(join(ctx.cwd, FOLDERS.decks))),
  }),
  save_evaluation: tool({
    description: "Save an evaluation in Markdown under the name of its deck. Answers its path.",
    input: z.object({
      // The reason why this tool needs nobody's word: no such name leads out of the folder.
      name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be a name that list_decks gave"),
      evaluation: z.string().min(1),
    }),
    output: z.string(),
    effect: "local",
    run: ({ name, evaluation }, ctx) => {
      mkdirSync(join(ctx.cwd, FOLDERS.evaluations), { recursive: true });
      const path = `${FOLDERS.evaluations}/${name}.md`;
      writeFileSync(join(ctx.cwd, path), evaluation);
      return path;
    },
  }),
});

/** The PDFs among file names, in the same order everywhere, each with a name of its own. */
function namedDecks(files: readonly string[]): z.infer<typeof deckList> {
  const taken = new Set<string>();
  return files
    .filter((file) => /\.pdf$/i.test(file))
    .sort()
    .map((file) => {
      const name = freeName(slug(file.slice(0, -".pdf".length)), taken);
      taken.add(name);
      return { path: `${FOLDERS.decks}/${file}`, name };
    });
}

/** Small Latin letters, digits and single hyphens; "deck" where that leaves nothing. */
function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "deck";
}

/** Two decks must not overwrite each other's evaluation. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
