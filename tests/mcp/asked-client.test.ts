import { expect, test, vi } from "vitest";
import type { ApprovalRequest } from "../../src/approval/approval-request.ts";
import { askClient } from "../../src/mcp-server/client-messages.ts";

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

/** A client that never answers. */
function silentClient() {
  const signals: AbortSignal[] = [];
  const server = {
    getClientCapabilities: () => ({ elicitation: { form: {} } }),
    elicitInput: (_asked: unknown, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    },
  };
  return { server: server as never, signals };
}

test.each(["the client has gone", "the run was cancelled"])(
  "a client is no longer asked when %s",
  async (reason) => {
    const { server, signals } = silentClient();
    const [gone, withdrawn] = [new AbortController(), new AbortController()];
    const ask = askClient({ server, requestId: 1, signal: gone.signal });
    const asking = ask(request, { signal: withdrawn.signal });
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    (reason === "the client has gone" ? gone : withdrawn).abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  },
);
