import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { canonicalJson } from "../model/canonical.ts";
import type { ApprovalRequest, Preview } from "./approval-request.ts";
import type { Decision } from "./decision.ts";
import { SessionAnswers } from "./session-answers.ts";

const always: Decision = { kind: "allow", by: "person", forSession: true };

const name = fc.constantFrom("draft", "publish", "filesystem", '"', ",");
const previews: fc.Arbitrary<Preview | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ kind: fc.constant("command" as const), text: name }),
  fc.record({
    kind: fc.constant("file-change" as const),
    path: name,
    before: fc.constantFrom(undefined, "", "a"),
    after: fc.constantFrom("", "a"),
  }),
);
/** What an answer is about. */
const about = fc
  .record({
    worker: name,
    workerFile: name,
    within: fc.array(name, { maxLength: 2 }),
    toolset: name,
    configuration: fc.dictionary(name, fc.constantFrom("./drafts", "./site", 1), { maxKeys: 1 }),
    tool: name,
    input: fc.dictionary(name, fc.constantFrom("x", 1, null), { maxKeys: 2 }),
  })
  .chain((fields) => previews.map((preview) => ({ fields, preview })));

function requestOf(
  { fields, preview }: typeof about extends fc.Arbitrary<infer One> ? One : never,
  callId: string,
): ApprovalRequest {
  return {
    id: `${callId}#ask`,
    ...fields,
    ...(preview ? { preview } : {}),
    callId,
    chain: [callId],
  };
}

describe("an answer for the session", () => {
  test("holds for the same worker, toolset, configuration, tool, input and preview, and nothing else", () => {
    fc.assert(
      fc.property(about, about, (one, other) => {
        const answers = new SessionAnswers();
        answers.keep(requestOf(one, "main/a"), always);
        expect(answers.find(requestOf(one, "main/b"))).toBe(always);
        const found = answers.find(requestOf(other, "main/a"));
        const isSame =
          canonicalJson(one.fields) === canonicalJson(other.fields) &&
          JSON.stringify(one.preview) === JSON.stringify(other.preview);
        expect(found).toBe(isSame ? always : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test.each<Partial<ApprovalRequest>>([
    { worker: "publish" },
    { workerFile: "other.worker" },
    { within: ["workers"] },
    { toolset: "files" },
    { configuration: { base_path: "./site" } },
    { tool: "read_file" },
    { input: { path: "b", content: "v2" } },
    { preview: { kind: "file-change", path: "a", before: "v1", after: "v2" } },
  ])("does not hold where there is %j", (different) => {
    const answers = new SessionAnswers();
    const request: ApprovalRequest = {
      id: "main/write_file#ask",
      tool: "write_file",
      input: { path: "a", content: "v2" },
      callId: "main/write_file",
      chain: ["main"],
      worker: "draft",
      workerFile: "draft.worker",
      within: [],
      toolset: "filesystem",
      configuration: { base_path: "./drafts" },
      preview: { kind: "file-change", path: "a", before: undefined, after: "v2" },
    };
    answers.keep(request, always);
    const inOtherOrder = { content: "v2", path: "a" };
    expect(answers.find({ ...request, callId: "other", input: inOtherOrder })).toBe(always);
    expect(answers.find({ ...request, ...different })).toBeUndefined();
  });

  test("is not kept where it was for once, was a no, or a recording gave it", () => {
    const decisions: Decision[] = [
      { kind: "allow", by: "person" },
      { kind: "deny", by: "person", reason: "no" },
      { kind: "allow", by: "recording", forSession: true },
    ];
    const request = {
      id: "a#ask",
      tool: "a",
      input: {},
      callId: "a",
      chain: [],
      worker: "",
      workerFile: "",
    };
    for (const decision of decisions) {
      const answers = new SessionAnswers();
      answers.keep({ ...request, within: [], toolset: "" }, decision);
      expect(answers.find({ ...request, within: [], toolset: "" })).toBeUndefined();
    }
  });

  test("is looked for without a preview where nothing was said of the call", () => {
    const preview = vi.fn();
    const request = {
      id: "a#ask",
      tool: "a",
      input: {},
      callId: "a",
      chain: [],
      worker: "",
      workerFile: "",
    };
    const lazy = Object.defineProperty({ ...request, within: [], toolset: "" }, "preview", {
      get: preview,
    });
    expect(new SessionAnswers().find(lazy)).toBeUndefined();
    expect(preview).not.toHaveBeenCalled();
  });
});
