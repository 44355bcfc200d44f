import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestId } from "@modelcontextprotocol/sdk/types.js";
import type { Asker } from "../approval/decide.ts";
import { undecided } from "../approval/decision.ts";
import { describeRequest } from "../ui/ask-person.ts";
import { MOST_MESSAGE_BYTES, messageBytes, sizeText } from "./tool-result.ts";

/** A person may take their time; the run's own limits still hold. A timer takes no longer. */
const ANSWER_MS = 2 ** 31 - 1;

interface AskedClient {
  /** The client's connection: no other client is asked. */
  readonly server: Server;
  /** The request whose call is asked about: over HTTP the question goes with its answer. */
  readonly requestId: RequestId;
  /** Aborts when the answer is of no use any longer. */
  readonly signal: AbortSignal;
}

/** Asks the person behind a client, by elicitation; denies where the client cannot ask. */
export function askClient({ server, requestId, signal }: AskedClient): Asker {
  return async (request) => {
    if (!server.getClientCapabilities()?.elicitation?.form) {
      return undecided("it needs an approval, and this client can ask nobody");
    }
    const message = `Allow this call?\n${await describeRequest(request)}`;
    const bytes = messageBytes(message);
    if (bytes > MOST_MESSAGE_BYTES) {
      return undecided(
        `it needs an approval, and the question has ${sizeText(bytes)}; a client can be asked ` +
          `at most ${sizeText(MOST_MESSAGE_BYTES)}`,
      );
    }
    const answer = await server.elicitInput(
      { mode: "form", message, requestedSchema: { type: "object", properties: {} } },
      { signal, timeout: ANSWER_MS, relatedRequestId: requestId },
    );
    if (answer.action === "accept") return { kind: "allow", by: "person" };
    if (answer.action === "cancel") return undecided("the person dismissed the question");
    return { kind: "deny", by: "person", reason: "the person declined" };
  };
}
