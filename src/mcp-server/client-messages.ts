import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestId, ServerNotification } from "@modelcontextprotocol/sdk/types.js";
import type { Asker } from "../approval/decide.ts";
import { type Decision, undecided } from "../approval/decision.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { describeRequest } from "../ui/ask-person.ts";
import { MOST_MESSAGE_BYTES, messageBytes, sizeText } from "./tool-result.ts";

/** Tells a client what its call is doing. */
export interface Progress {
  onEvent(event: RunEvent): void;
  tell(message: string): void;
}

/** Progress for a client that wants to know; what cannot be told is lost. */
export function progressOf(
  progressToken: string | number | undefined,
  send: (notification: ServerNotification) => Promise<void>,
): Progress {
  if (progressToken === undefined) return { onEvent: () => undefined, tell: () => undefined };
  let progress = 0;
  const tell = (message: string) => {
    progress++;
    const params = { progressToken, progress, message };
    send({ method: "notifications/progress", params }).catch(() => undefined);
  };
  return {
    tell,
    onEvent: (event) => {
      const message = progressMessage(event);
      if (message !== undefined) tell(message);
    },
  };
}

function progressMessage(event: RunEvent): string | undefined {
  switch (event.kind) {
    case "model-request":
      return `${event.callId} asks ${event.model}`;
    case "tool-call":
      return `${event.callId} calls ${event.tool}`;
    default:
      return undefined;
  }
}

/** A person may take their time; the run's own limits still hold. A timer takes no longer. */
const ANSWER_MS = 2 ** 31 - 1;

/** Bytes of an input that somebody is asked about. Nobody reads more, and laying it out takes long. */
const MOST_ASKED_BYTES = 1024 * 1024;

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
  return async (request, options) => {
    if (!server.getClientCapabilities()?.elicitation?.form) {
      return undecided("it needs an approval, and this client can ask nobody");
    }
    if (messageBytes(request.input) > MOST_ASKED_BYTES) return tooLargeToAsk(request.input);
    const message = `Allow this call?\n${await describeRequest(request)}`;
    if (messageBytes(message) > MOST_MESSAGE_BYTES) return tooLargeToAsk(message);
    const answer = await server.elicitInput(
      { mode: "form", message, requestedSchema: { type: "object", properties: {} } },
      {
        signal: AbortSignal.any([signal, options.signal]),
        timeout: ANSWER_MS,
        relatedRequestId: requestId,
      },
    );
    if (answer.action === "accept") return { kind: "allow", by: "person" };
    if (answer.action === "cancel") return undecided("the person dismissed the question");
    return { kind: "deny", by: "person", reason: "the person declined" };
  };
}

function tooLargeToAsk(asked: unknown): Decision {
  const bytes = sizeText(messageBytes(asked));
  return undecided(`it needs an approval, and nobody can be asked about ${bytes}`);
}
