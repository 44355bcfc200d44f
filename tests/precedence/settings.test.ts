import { describe } from "vitest";
import { workerFile } from "../support/loading.ts";
import { CASSETTE, precedence, type Row } from "../support/precedence.ts";

/** Answers main with a call of helper, and helper with a text, whatever their models are. */
const DELEGATING = `
- { when: { worker: main }, tool_call: { name: helper, input: { input: Help. } } }
- { when: { worker: helper }, text: Helped. }
- { when: { worker: main }, text: Done. }`;

describe("settings are the worker's own, and --set's for the entry", () => {
  const files = {
    "main.worker": workerFile("model: p:m", "settings: { seed: 1 }", "toolsets: [helper]"),
    "helper.worker": workerFile("settings: { top_k: 7 }"),
    "s.yaml": DELEGATING,
  };
  /** A replay under other settings misses, and says which it is asked with. */
  const replayed = (...args: string[]): Row => ({
    args: ["--cassette", CASSETTE, "--mode", "replay", ...args],
    before: [{ args: ["--cassette", CASSETTE, "--script", "s.yaml"] }],
  });
  precedence(
    { files },
    {
      "the file's where nothing is set": [replayed(), 0, "served 3"],
      "--set before the file's": [replayed("-s", "settings.seed=2"), 3, "settings.seed"],
      "the last of two --set": [replayed("-s", "settings.seed=2", "-s", "settings.seed=1"), 0],
      "others of the file beside one that is set": [
        replayed("-s", "settings.top_p=0.5"),
        3,
        "top_p",
      ],
      "null sets none": [replayed("-s", "settings=null"), 3, "settings"],
      "an unknown one is wrong wherever it comes from": [
        replayed("-s", "settings.sed=1"),
        2,
        "seed",
      ],
    },
  );
});
