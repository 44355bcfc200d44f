/** A kind of file that the product reads, and the command that reads it. */
export interface FileKind {
  readonly name: string;
  /** Where it stands in the project. */
  readonly path: string;
  /** The words of a command line, or `read` with the kind and the path for a reader of late files. */
  readonly words: readonly string[];
  /** What stands around a hostile text, so that it is reached. */
  readonly around?: readonly [before: string, behind: string];
}

const RUN = ["main.worker", "Go.", "--no-keep", "--headless"];

/** The files of every project that are not hostile. */
export const PROJECT: Readonly<Record<string, string>> = {
  "package.json": "{}",
  "main.worker": "---\nmodel: test\n---\nYou answer.\n",
};

export const FILE_KINDS: readonly FileKind[] = [
  { name: "worker", path: "bad.worker", words: ["bad.worker", "Go.", "--no-keep"] },
  {
    name: "front matter",
    path: "bad.worker",
    words: ["check", "bad.worker"],
    around: ["---\n", "\n---\nYou answer.\n"],
  },
  { name: "rules", path: "llm-do.yaml", words: RUN },
  { name: "lock file", path: "llm-do.lock.yaml", words: RUN },
  { name: "cassette", path: "c.yaml", words: [...RUN, "--cassette", "c.yaml", "--mode", "replay"] },
  {
    name: "entry of a cassette",
    path: "c.yaml",
    words: ["read", "entry", "c.yaml"],
    around: ["cassette: 1\n---\nexchange: 1e3a5b\n", "\ntiming: { firstMs: 1, totalMs: 1 }\n"],
  },
  { name: "script", path: "s.yaml", words: [...RUN, "--script", "s.yaml"] },
  { name: "cases", path: "bad.cases.yaml", words: ["read", "cases", "bad.cases.yaml"] },
  { name: "ledger", path: "split.lock.json", words: ["read", "ledger", "split.lock.json"] },
  { name: "certificate", path: "bad.json", words: ["read", "certificate", "bad.json"] },
  { name: "comparator", path: "bad.yaml", words: ["read", "comparator", "bad.yaml"] },
  { name: "gold labels", path: "gold.jsonl", words: ["read", "labels", "gold.jsonl"] },
];
