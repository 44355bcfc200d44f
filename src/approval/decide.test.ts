import { describe, expect, test, vi } from "vitest";
import type { ApprovalRequest } from "./approval-request.ts";
import { askerOf } from "./askers.ts";
import { type ApprovalRules, type Asker, askSafely, decideByRules } from "./decide.ts";
import type { Answer, Decision } from "./decision.ts";
import { Turns } from "./turns.ts";

const request: ApprovalRequest = {
  id: "main/send#ask",
  tool: "send",
  input: { to: "ada" },
  callId: "main/send",
  chain: ["main"],
  worker: "main",
  workerFile: "main.worker",
  within: [],
  toolset: "mail",
};
const ask = { blocked: false, preApproved: false, own: () => "ask" } satisfies ApprovalRules;

/** As the gate does it: by the rules, else by asking. */
async function decide(
  asked: ApprovalRequest,
  rules: ApprovalRules,
  asker: Asker,
): Promise<Decision> {
  return (
    decideByRules(asked, rules) ?? askSafely(asked, asker, { signal: new AbortController().signal })
  );
}

describe("the gate decides", () => {
  test.each<[string, ApprovalRules, Decision["kind"]]>([
    ["blocked before pre-approved", { ...ask, blocked: true, preApproved: true }, "deny"],
    ["pre-approved before asking", { ...ask, preApproved: true }, "allow"],
    ["the function's own rule before asking", { ...ask, own: () => "allow" }, "allow"],
  ])("%s, and asks nobody", async (_order, rules, kind) => {
    const asker = vi.fn();
    expect((await decide(request, rules, asker)).kind).toBe(kind);
    expect(asker).not.toHaveBeenCalled();
  });

  test.each([
    ["approve-all", "allow"],
    ["reject-all", "deny"],
    ["headless", "unanswered"],
  ] as const)("under %s: %s", async (policy, kind) => {
    expect((await decide(request, ask, askerOf(policy))).kind).toBe(kind);
  });

  test("to deny what the function's own rule denies, with its reason", async () => {
    const rules = { ...ask, own: () => ({ deny: "no rule admits it" }) };
    const expected = { kind: "deny", by: "rule", reason: "no rule admits it" };
    expect(await decide(request, rules, vi.fn())).toEqual(expected);
    expect(await decide(request, { ...rules, preApproved: true }, vi.fn())).toMatchObject({
      kind: "allow",
    });
  });

  test("to deny when the function's own rule throws", async () => {
    const own = () => {
      throw new Error("rule broken");
    };
    const decision = await decide(request, { ...ask, own }, vi.fn());
    expect(decision).toMatchObject({ kind: "deny", by: "failure" });
  });

  test("to deny when the asker throws, and says why", async () => {
    const decision = await decide(request, ask, () => Promise.reject(new Error("terminal gone")));
    expect(decision).toMatchObject({ kind: "deny", by: "failure" });
    expect(decision).toHaveProperty("reason", expect.stringContaining("terminal gone"));
  });

  test.each([
    undefined,
    null,
    1,
    "yes",
    "true",
    {},
    [],
    { kind: "yes" },
    { kind: "allow" },
    { kind: "allow", by: "nobody" },
    { kind: "allow", by: "failure" },
    { allow: true, by: "person" },
    () => true,
    Promise.resolve(undefined),
  ])("to deny when the asker answers %j", async (answer) => {
    const asker = () => answer as unknown as Decision;
    expect(await decide(request, ask, asker)).toMatchObject({ kind: "deny", by: "failure" });
    const later = async () => answer as unknown as Decision;
    expect(await decide(request, ask, later)).toMatchObject({ kind: "deny", by: "failure" });
  });

  test.each<[Answer, Decision]>([
    [true, { kind: "allow", by: "person" }],
    [false, { kind: "deny", by: "person", reason: "the person said no" }],
    [
      { kind: "deny", by: "person", reason: "" },
      { kind: "deny", by: "person", reason: "the person said no" },
    ],
    // Remembered for the session only where just that was said.
    [
      { kind: "allow", by: "person", forSession: "no" } as unknown as Decision,
      { kind: "allow", by: "person" },
    ],
  ])("as the asker answers %j, at once or later", async (answer, decision) => {
    expect(await decide(request, ask, () => answer)).toEqual(decision);
    expect(await decide(request, ask, async () => answer)).toEqual(decision);
  });
});

test("works that come at once take turns, in order, also after one that failed", async () => {
  const seen: string[] = [];
  let open = 0;
  const turns = new Turns();
  const ids = ["a", "b", "c"];
  const works = ids.map((id) =>
    turns
      .take(async () => {
        expect(++open).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        open--;
        seen.push(id);
        if (id === "b") throw new Error("broken");
      })
      .catch(() => "failed"),
  );
  await Promise.all(works);
  expect(seen).toEqual(ids);
});
