import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANSWER_MODES } from "../../src/functions/answer-mode.ts";
import { canonicalJson } from "../../src/model/canonical.ts";
import {
  type LockedFunction,
  type PinnedServer,
  parseLock,
} from "../../src/project/lock/lock-file.ts";
import { printLock } from "../../src/project/lock/lock-store.ts";
import { failure } from "../support/cassettes.ts";

const ENTRY = `  - worker: mail/from_name.worker
    name: from_name
    mode: code
    tool: mail/from_name.ts#from_name
    certificate: mail/hardening/from_name/certificate.json
`;

async function reportOf(text: string): Promise<string> {
  return (await failure(() => parseLock(text, "llm-do.lock.yaml"))).report();
}

describe("a lock file", () => {
  test("says who answers, and where the code is", () => {
    const { functions } = parseLock(`version: 2\nfunctions:\n${ENTRY}`, "llm-do.lock.yaml");
    expect(functions).toEqual([
      {
        worker: "mail/from_name.worker",
        name: "from_name",
        mode: "code",
        tool: "mail/from_name.ts#from_name",
        certificate: "mail/hardening/from_name/certificate.json",
        place: { file: "llm-do.lock.yaml", line: 3, column: 5 },
      },
    ]);
  });

  test("that is empty of functions is one", () => {
    expect(parseLock("version: 2\n", "llm-do.lock.yaml")).toEqual({ functions: [] });
  });

  test("of the version before is read where it has nothing but tools of servers", () => {
    const tool = "{ name: a, hash: h, description: d, input_schema: '{}' }";
    const mcp = `mcp:\n  - { server: { url: u }, tools: [${tool}] }\n`;
    for (const functions of ["", "functions: []\n"]) {
      const lock = parseLock(`version: 1\n${functions}${mcp}`, "llm-do.lock.yaml");
      expect(lock).toMatchObject({ functions: [], mcp: [{ tools: [{ name: "a" }] }] });
      expect(printLock(lock, "# a comment")).toContain("version: 2\n");
    }
  });

  test("that the version before wrote says what to do", async () => {
    const report = await reportOf(`version: 1\nfunctions:\n${ENTRY}`);
    expect(report).toContain("llm-do compare WORKER TOOL, then llm-do promote WORKER --to shadow");
  });

  test.each([
    ["no version", "functions: []\n", "the lock file has no version"],
    [
      "another version",
      "version: 3\nnew_key: x\n",
      '"version" is not 2, the one that this version of llm-do reads\n  at llm-do.lock.yaml:1:10',
    ],
    [
      "functions of the version before",
      `version: 1\nfunctions:\n${ENTRY.replace("mode: code", "mode: hardened")}`,
      '"functions" is of version 1 of the lock file, whose certificates were made by the first method\n  at llm-do.lock.yaml:3:3',
    ],
    [
      "a check of more than all",
      `version: 2\nfunctions:\n${ENTRY}    check: 2\n`,
      '"functions[0].check" must be a number from 0 to 1, not the number 2',
    ],
    [
      "false alarms all the time",
      `version: 2\nfunctions:\n${ENTRY}    false_alarm_every: 0\n`,
      '"functions[0].false_alarm_every" must be a number of at least 1, not the number 0',
    ],
    [
      "a guard that is no export and no list",
      `version: 2\nfunctions:\n${ENTRY}    domain: mail/guard.ts\n`,
      '"functions[0].domain" must be FILE#EXPORT, or a JSON file of templates',
    ],
    [
      "an unknown key",
      `version: 2\nfunctions:\n${ENTRY}    mod: x\n`,
      'unknown key "mod" in "functions[0]"\n  at llm-do.lock.yaml:8:5\nTry: write "mode"',
    ],
    [
      "an unknown mode",
      `version: 2\nfunctions:\n${ENTRY.replace("mode: code", "mode: hard")}`,
      '"functions[0].mode" must be one of prompt, shadow, canary, code, not text "hard"',
    ],
    [
      "no certificate",
      `version: 2\nfunctions:\n${ENTRY.replace(/ {4}certificate.*\n/, "")}`,
      '"functions[0]" has no certificate',
    ],
    [
      "a worker twice",
      `version: 2\nfunctions:\n${ENTRY}${ENTRY}`,
      "the lock file names mail/from_name.worker twice\n  at llm-do.lock.yaml:8:5",
    ],
    [
      "an absolute path",
      `version: 2\nfunctions:\n${ENTRY.replace("mail/from_name.worker", "/from_name.worker")}`,
      '"functions[0].worker" must be a path relative to this file, with /',
    ],
    [
      "a tool without an export",
      `version: 2\nfunctions:\n${ENTRY.replace("#from_name", "")}`,
      '"functions[0].tool" must be FILE#EXPORT with a path relative to this file',
    ],
    [
      "a share of none",
      `version: 2\nfunctions:\n${ENTRY}    share: 0\n`,
      '"functions[0].share" must be a number above 0 and at most 1, not the number 0',
    ],
    ["no YAML", "version: [1\n", "is not valid YAML"],
  ])("with %s is refused with the place", async (_what, text, reason) => {
    expect(await reportOf(text)).toContain(reason);
  });

  test("reads as it was written", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const said = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "");
    const one: fc.Arbitrary<LockedFunction> = fc.record(
      {
        worker: path.map((file) => `${file}.worker`),
        name: said,
        mode: fc.constantFrom(...ANSWER_MODES),
        tool: fc.tuple(path, name).map(([file, tool]) => `${file}.ts#${tool}`),
        domain: fc.oneof(
          fc.tuple(path, name).map(([file, tool]) => `${file}.ts#${tool}`),
          path.map((file) => `${file}/templates.json`),
        ),
        certificate: path,
        with: fc.array(path),
        share: fc.double({ min: 0.001, max: 1, noNaN: true }),
        check: fc.double({ min: 0, max: 1, noNaN: true }),
        falseAlarmEvery: fc.integer({ min: 1 }),
        comparator: fc.constantFrom("exact", { text: { ignore_case: true } }),
        reverted: fc.record({ at: said, reason: said }),
      },
      { requiredKeys: ["worker", "name", "mode", "tool", "certificate"] },
    );
    const functions = fc.uniqueArray(one, { selector: ({ worker }) => worker });
    fc.assert(
      fc.property(functions, (written) => {
        const read = parseLock(
          printLock({ functions: written }, "# a comment"),
          "llm-do.lock.yaml",
        );
        expect(read.functions.map(({ place: _place, ...rest }) => rest)).toEqual(written);
      }),
    );
  });

  test("reads the tools of servers as they were written, and writes them in one order", () => {
    const tool = fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1 }),
      hash: fc.stringMatching(/^[0-9a-f]{64}$/),
      description: fc.string({ unit: "grapheme" }),
      inputSchema: fc.json({ stringUnit: "grapheme" }),
    });
    const argument = fc.string({ unit: "grapheme" });
    const server = fc.record({
      server: fc.oneof(
        fc.record({ command: argument, args: fc.array(argument) }),
        fc.record({ url: fc.webUrl() }),
      ),
      tools: fc.uniqueArray(tool, { selector: ({ name }) => name, minLength: 1 }),
    });
    const servers = fc.uniqueArray(server, {
      selector: (one) => canonicalJson(one.server),
      minLength: 1,
    });
    fc.assert(
      fc.property(servers, (mcp) => {
        const text = printLock({ functions: [], mcp }, "# a comment");
        const read = parseLock(text, "llm-do.lock.yaml");
        const order = (pinned: readonly PinnedServer[] = []) =>
          pinned.flatMap((one) =>
            one.tools.map((each) => canonicalJson({ ...one, tools: [each] })),
          );
        expect(order(read.mcp).toSorted()).toEqual(order(mcp).toSorted());
        const reversed = mcp.map((one) => ({ ...one, tools: one.tools.toReversed() })).reverse();
        expect(printLock({ functions: [], mcp: reversed }, "# a comment")).toBe(text);
      }),
    );
  });
});
