import { describe, expect, test, vi } from "vitest";
import type { ApprovalRequest } from "./approval-request.ts";
import { askerOf, oneAtATime } from "./askers.ts";
import { type ApprovalRules, decide } from "./decide.ts";
import type { Decision } from "./decision.ts";

const request: ApprovalRequest = {
  tool: "send",
  input: { to: "ada" },
  callId: "main/send",
  chain: ["main"],
  worker: "main",
  workerFile: "main.worker",
  toolset: "mail",
};
const ask = { blocked: false, preApproved: false, own: "ask" } satisfies ApprovalRules;

describe("the gate decides", () => {
  test.each<[string, ApprovalRules, Decision["kind"]]>([
    ["blocked before pre-approved", { ...ask, blocked: true, preApproved: true }, "deny"],
    ["pre-approved before asking", { ...ask, preApproved: true }, "allow"],
    ["the function's own rule before asking", { ...ask, own: "allow" }, "allow"],
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

  test("to deny when the asker throws, and says why", async () => {
    const decision = await decide(request, ask, () => Promise.reject(new Error("terminal gone")));
    expect(decision).toMatchObject({ kind: "deny", by: "failure" });
    expect(decision).toHaveProperty("reason", expect.stringContaining("terminal gone"));
  });

  test.each([undefined, null, true, {}, { kind: "yes" }])(
    "to deny when the asker answers %j",
    async (answer) => {
      const asker = async () => answer as unknown as Decision;
      expect(await decide(request, ask, asker)).toMatchObject({ kind: "deny", by: "failure" });
    },
  );
});

test("requests that come at once are asked one after the other, in order", async () => {
  const seen: string[] = [];
  let open = 0;
  const asker = oneAtATime(async ({ callId }) => {
    expect(++open).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    open--;
    seen.push(callId);
    if (callId === "b") throw new Error("broken");
    return { kind: "allow", by: "person" };
  });
  const ids = ["a", "b", "c"];
  const answers = ids.map((callId) => asker({ ...request, callId }).catch(() => "failed"));
  await Promise.all(answers);
  expect(seen).toEqual(ids);
});
