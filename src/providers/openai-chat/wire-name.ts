/** The name of this wire in the extras of answer parts. */
export const WIRE = "openai-chat";
