/** What kind of change keeps a recording from being asked for. */
export type ChangeCause =
  | "model"
  | "settings"
  | "instructions"
  /** Which tools there are, or their order. */
  | "tools"
  | "tool-description"
  | "tool-schema"
  | "server-tools"
  | "output-schema"
  /** What the call was given: the first message, or a tool's input. */
  | "input"
  /** The content of an attached file. */
  | "attachment"
  /** What a tool said before it in the conversation. */
  | "earlier-output"
  /** What the model itself said before it. */
  | "earlier-answer"
  /** The conversation has other messages, or more or fewer of them. */
  | "conversation"
  /** Another call asks, where the call is all that is asked by. */
  | "call"
  /** The recording was edited by hand and does not fit its own key. */
  | "edited";
