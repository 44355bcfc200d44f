import { describe } from "vitest";
import { codeFile, workerFile } from "../support/loading.ts";
import { precedence } from "../support/precedence.ts";

describe("a name in toolsets is the project's own or a built-in one, never both; # is a reference", () => {
  const naming = (name: string, more: Readonly<Record<string, string>> = {}) => ({
    "main.worker": workerFile("model: test", `toolsets: { ${name}: {} }`),
    ...more,
  });
  const worker = workerFile("model: script:helper.yaml");
  const HELPER = { "helper.worker": worker, "helper.yaml": "- I am the worker." };
  const own = (statement: string) => ({ "own.ts": codeFile(statement) });
  const beside = codeFile('export const own = toolset({ beside: aTool("beside") });');
  const args = ["--approve-all"];
  precedence(
    { args },
    {
      "a worker": [{ files: naming("helper", HELPER) }, 0, "helper gave: I am the worker."],
      "an exported toolset": [
        { files: naming("own", own('export const own = toolset({ mine: aTool("mine") });')) },
        0,
        "mine gave: mine",
      ],
      "an exported tool": [
        { files: naming("own", own('export const own = aTool("own");')) },
        0,
        "own gave: own",
      ],
      "a tool of an exported toolset": [
        { files: naming("mine", own('export const own = toolset({ mine: aTool("mine") });')) },
        0,
        "mine gave: mine",
      ],
      "an exported toolset before a tool of its name in it": [
        {
          files: naming(
            "own",
            own('export const own = toolset({ own: aTool("own"), more: aTool("more") });'),
          ),
        },
        0,
        "more gave: more",
      ],
      "a built-in one": [{ files: naming("filesystem") }, 0, "list_files gave: "],
      "a reference, though something passed has the name of its export": [
        {
          files: {
            ...naming('"./lib/beside.mjs#own"', own('export const own = aTool("own");')),
            "lib/beside.mjs": beside,
          },
        },
        0,
        "beside gave: beside",
      ],
      "not what is exported under a built-in name": [
        { files: naming("shell", own('export const shell = toolset({ mine: aTool("mine") });')) },
        2,
        "own.ts",
      ],
      "not a worker under a built-in name": [
        { files: naming("shell", { "shell.worker": worker }) },
        2,
        "shell.worker",
      ],
      "not a worker and an export of one name": [
        {
          files: naming("helper", { ...HELPER, ...own('export const helper = aTool("helper");') }),
        },
        2,
        "helper",
      ],
      "not what nobody has": [{ files: naming("nothing") }, 2, 'unknown toolset "nothing"'],
    },
  );
});
