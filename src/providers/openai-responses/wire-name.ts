/** The name that this wire writes into the extras of its parts. */
export const WIRE = "openai-responses";
