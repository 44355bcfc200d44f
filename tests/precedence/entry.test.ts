import { describe } from "vitest";
import { workerFile } from "../support/loading.ts";
import { precedence } from "../support/precedence.ts";

describe("the entry is --entry's, the worker's that says so, main, the only one", () => {
  const plain = workerFile("model: p:m");
  const marked = workerFile("model: p:m", "entry: true");
  const starts = (name: string) => `${name}: {"input":"Go."}`;
  const args = ["--script", "s.yaml"];
  precedence(
    { files: { "s.yaml": "- Done." }, args },
    {
      "--entry before one that says so": [
        {
          files: { "main.worker": plain, "a.worker": marked, "b.worker": plain },
          args: [...args, "-e", "b"],
        },
        0,
        starts("b"),
      ],
      "one that says so before main": [
        { files: { "main.worker": plain, "a.worker": marked } },
        0,
        starts("a"),
      ],
      "main before others": [
        { files: { "a.worker": plain, "main.worker": plain } },
        0,
        starts("main"),
      ],
      "the only one": [{ files: { "a.worker": plain } }, 0, starts("a")],
      "none of two that say so": [
        { files: { "a.worker": marked, "b.worker": marked } },
        2,
        "both say entry: true",
      ],
      "none of several without main": [
        { files: { "a.worker": plain, "b.worker": plain } },
        2,
        'there is no function "main"',
      ],
    },
  );
});
