import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Asker } from "../approval/decide.ts";
import type { Decision } from "../approval/decision.ts";
import { describeRequest } from "../ui/ask-person.ts";

/** A person may take their time; the run's own limits still hold. A timer takes no longer. */
const ANSWER_MS = 2 ** 31 - 1;

/**
 * Asks the person behind a client, by elicitation; denies where the client cannot ask.
 *
 * @param signal aborts when the answer is of no use any longer
 */
export function askClient(server: Server, signal: AbortSignal): Asker {
  return async (request) => {
    if (!server.getClientCapabilities()?.elicitation?.form) {
      return undecided("it needs an approval, and this client can ask nobody");
    }
    const answer = await server.elicitInput(
      {
        mode: "form",
        message: `Allow this call?\n${await describeRequest(request)}`,
        requestedSchema: { type: "object", properties: {} },
      },
      { signal, timeout: ANSWER_MS },
    );
    if (answer.action === "accept") return { kind: "allow", by: "person" };
    if (answer.action === "cancel") return undecided("the person dismissed the question");
    return { kind: "deny", by: "person", reason: "the person declined" };
  };
}

/** Nobody said no, so that is nothing to remember or to record. */
function undecided(reason: string): Decision {
  return { kind: "deny", by: "failure", reason };
}
