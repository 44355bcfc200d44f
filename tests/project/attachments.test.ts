import { expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const FILES = {
  "main.worker": workerFile("model: deepseek:deepseek-chat"),
  "deck.pdf": "%PDF-1.4",
  "notes.md": "# Notes",
  "answers.yaml": "- Read.\n",
};

/** Runs main with files attached; gives its output, or what it failed with. */
async function outcome(attachments: readonly string[], request: Partial<RunRequest> = {}) {
  using folder = temporaryFolder();
  writeFiles(folder.path, FILES);
  const host = testHost({ cwd: folder.path });
  const input = { input: "Read.", attachments };
  try {
    const once = { files: ["main.worker"], input, script: "answers.yaml", host, ...request };
    return (await run(once)).output;
  } catch (error) {
    if (isLlmDoError(error)) return error.message;
    throw error;
  }
}

const REFUSED =
  'Failed to call "main": cannot attach deck.pdf: deepseek does not take "deck.pdf" (application/pdf); it takes text files';

test("a script in a model's place takes what that model's provider takes", async () => {
  expect(await outcome(["notes.md"])).toBe("Read.");
  expect(await outcome(["notes.md", "deck.pdf"])).toBe(REFUSED);
});

test("the model of a flag decides, and its provider", async () => {
  expect(await outcome(["deck.pdf"], { model: "mistral:m" })).toBe("Read.");
});

test("a file that is refused needs no key", async () => {
  expect(await outcome(["deck.pdf"], { script: undefined } as object)).toBe(REFUSED);
});
