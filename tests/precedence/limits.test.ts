import { describe } from "vitest";
import { codeFile, workerFile } from "../support/loading.ts";
import { CASSETTE, precedence } from "../support/precedence.ts";

/** Answers with calls of look: main as often as said, after a call of helper, which calls it twice. */
const LOOKING = (times: number) => `
- { when: { worker: main }, tool_call: { name: helper, input: { input: x } } }
- { when: { worker: helper }, tool_call: { name: look } }
- { when: { worker: helper }, tool_call: { name: look } }
- { when: { worker: helper }, text: Helped. }
${"- { when: { worker: main }, tool_call: { name: look } }\n".repeat(times)}
- { when: { worker: main }, text: Done. }`;

const SPENDING = `
- { tool_call: { name: look }, usage: { input_tokens: 5, output_tokens: 4 } }
- Done.`;

describe("limits of the entry are the flags', --set's, its own; each holds for all below it", () => {
  const approved =
    "toolsets: { look: { _approval_config: { look: { pre_approved: true } } }, HELPER }";
  const limited = (main: string, helper: string) => ({
    "main.worker": workerFile(
      "model: p:m",
      `limits: { ${main} }`,
      approved.replace("HELPER", "helper: {}"),
    ),
    "helper.worker": workerFile(`limits: { ${helper} }`, approved.replace(", HELPER", "")),
  });
  const args = ["--script", "s.yaml"];
  precedence(
    {
      files: {
        "look.ts": codeFile('export const look = aTool("look");'),
        "s.yaml": LOOKING(1),
      },
      args,
    },
    {
      "none but depth where nothing is said": [{ files: limited("", "") }, 0],
      "the entry's own": [{ files: limited("max_calls: 3", "") }, 5, "main used 3 of 3 calls"],
      "--set before its own": [
        { files: limited("max_calls: 3", ""), args: [...args, "-s", "limits.max_calls=4"] },
        0,
      ],
      "the flag before its own, higher": [
        { files: limited("max_calls: 3", ""), args: [...args, "--max-calls", "4"] },
        0,
      ],
      "the flag before its own, lower": [
        { files: limited("max_calls: 9", ""), args: [...args, "--max-calls", "2"] },
        5,
        "main used 2 of 2 calls",
      ],
      "the flag before --set": [
        {
          files: limited("", ""),
          args: [...args, "-s", "limits.max_calls=9", "--max-calls", "2"],
        },
        5,
        "main used 2 of 2 calls",
      ],
      "the others of the entry's own beside a flag": [
        { files: limited("max_calls: 3", ""), args: [...args, "--max-tokens", "9"] },
        5,
        "main used 3 of 3 calls",
      ],
      "helper's own, tighter, for what is below it": [
        { files: limited("max_calls: 9", "max_calls: 1") },
        5,
        "helper used 1 of 1 calls",
      ],
      "helper's own, also where a flag would allow more": [
        { files: limited("", "max_calls: 1"), args: [...args, "--max-calls", "99"] },
        5,
        "helper used 1 of 1 calls",
      ],
      "the caller's, whatever helper allows itself": [
        { files: limited("max_calls: 2", "max_calls: 99") },
        5,
        "main used 2 of 2 calls",
      ],
      "helper's own does not hold outside of it": [{ files: limited("", "max_calls: 2") }, 0],
      "in a replay the tokens that were recorded": [
        {
          files: { ...limited("", ""), "s.yaml": SPENDING },
          before: [{ args: ["--script", "s.yaml", "--cassette", CASSETTE] }],
          args: ["--cassette", CASSETTE, "--mode", "replay", "--max-tokens", "9"],
        },
        5,
        "main used 9 of 9 tokens",
      ],
      "depth: the tightest above": [
        { files: limited("max_depth: 1", "max_depth: 9") },
        5,
        "depth 2 of at most 1",
      ],
      "depth: the flag before the entry's own": [
        { files: limited("max_depth: 1", ""), args: [...args, "--max-depth", "2"] },
        0,
      ],
    },
  );
});
