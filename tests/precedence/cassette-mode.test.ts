import { describe } from "vitest";
import { workerFile } from "../support/loading.ts";
import { CASSETTE, precedence, type Row } from "../support/precedence.ts";

describe("the mode is --mode's, replay where CI is set, auto; live without a cassette", () => {
  const args = (...flags: string[]) => ["--script", "s.yaml", "--cassette", CASSETTE, ...flags];
  const again = (...flags: string[]): Row => ({ args: args(...flags), before: [{ args: args() }] });
  const CI = { CI: "true" };
  precedence(
    { files: { "main.worker": workerFile("model: p:m"), "s.yaml": "- Done." } },
    {
      "auto records what is missing": [{ args: args() }, 0, "live 1", "recorded"],
      "auto answers what is there": [again(), 0, "served 1, live 0"],
      "replay where CI is set": [{ args: args(), env: CI }, 3, "Failed to replay"],
      "auto where CI is set to nothing, false or 0": [
        { args: args(), env: { CI: "false" } },
        0,
        "recorded",
      ],
      "--mode before CI": [{ args: args("--mode", "auto"), env: CI }, 0, "live 1", "recorded"],
      "--mode replay without CI": [{ args: args("--mode", "replay") }, 3, "Failed to replay"],
      "--mode record anew": [again("--mode", "record"), 0, "served 0, live 1"],
      "--mode live leaves the cassette alone": [{ args: args("--mode", "live") }, 0, "Done."],
      "live without a cassette, also where CI is set": [
        { args: ["--script", "s.yaml"], env: CI },
        0,
        "Done.",
      ],
      "no unknown mode": [{ args: args("--mode", "reply") }, 2, "--mode replay"],
      "no recorded tools where nothing is on record": [
        { args: args("--mode", "live", "--tools", "recorded") },
        2,
        'Failed to use "--tools recorded": it needs a cassette, and --mode live has none',
      ],
      "no samples where nothing is recorded": [
        { args: args("--mode", "live", "--samples", "3") },
        2,
        "Try: or leave out --samples 3",
      ],
      "tools that run, where all does": [
        { args: args("--mode", "live", "--tools", "live") },
        0,
        "Done.",
      ],
      "no mode without a cassette": [{ args: ["--mode", "replay"] }, 2, "none is named"],
    },
  );
});
