/** A command line that must fail, in a folder that holds the files. */
export interface BadInput {
  /** A fact about what happens. */
  readonly title: string;
  /** Beside {@link PROJECT}; a file of the same name replaces it. */
  readonly files?: Readonly<Record<string, string>>;
  /** Runs in a process of its own: under vitest, Node says other things of code that does not parse. */
  readonly process?: true;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly code: 1 | 2 | 3 | 4 | 5;
  /** All of stderr; `<folder>` stands for the folder's path. */
  readonly stderr: string;
}

export const WORKER = `---
model: anthropic:claude-haiku-4-5
---
You greet people.
`;

/** What replaying "Hello." to {@link WORKER} needs. */
export const CASSETTE = `cassette: 1
---
exchange: 4d298dc471a6531a
call: main
source: script
model: anthropic:claude-haiku-4-5
system: You greet people.
messages:
  - user: Hello.
response:
  - text: "Hello, Ada."
stop: end
usage: { inputTokens: 0, outputTokens: 0 }
timing: { firstMs: 1, totalMs: 1 }
`;

/** The files of every folder. */
export const PROJECT: Readonly<Record<string, string>> = {
  "main.worker": WORKER,
  "answers.yaml": "- Hello, Ada.\n",
  "good.yaml": CASSETTE,
};
