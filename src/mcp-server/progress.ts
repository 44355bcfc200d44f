import type { ServerNotification } from "@modelcontextprotocol/sdk/types.js";
import type { RunEvent } from "../runtime/state/run-event.ts";

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
