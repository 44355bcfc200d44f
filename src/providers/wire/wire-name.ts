/** The protocols that transports speak; the name stands in the extras of an answer's parts. */
export const WIRE_NAMES = ["anthropic", "openai-responses", "openai-chat"] as const;

export type WireName = (typeof WIRE_NAMES)[number];
