/** What is said in one tool turn of a conversation. */
export interface SaidTurn {
  readonly text: string;
  readonly toolCallId: string;
  readonly toolInput: { readonly path: string; readonly line: number };
  readonly toolOutput: string;
}

/** A conversation of tool turns and a last answer, the same for every subject of a comparison. */
export interface Conversation {
  readonly system: string;
  readonly prompt: string;
  readonly turns: readonly SaidTurn[];
  readonly lastAnswer: string;
}

export const TOOL_NAME = "read_file";
export const TOOL_DESCRIPTION = "Read a file of the project from a line on.";

/** What one exchange costs in these conversations; nothing depends on it. */
export const USAGE = { inputTokens: 812, outputTokens: 96 } as const;

const WORDS =
  "the reader keeps one buffer per connection and hands lines on as they arrive so that a slow consumer never blocks the socket; when the peer closes early, what was read is flushed first".split(
    " ",
  );

/** How long a conversation is and what its texts look like. */
export interface ConversationShape {
  readonly turnCount: number;
  /** About how many bytes of text are in a turn. */
  readonly turnBytes: number;
  /** About how many bytes are in a line of text: paragraphs have some hundred, code has 40. */
  readonly lineBytes: number;
}

export function conversation({ turnCount, turnBytes, lineBytes }: ConversationShape): Conversation {
  const textBytes = Math.round(turnBytes / 3); // the rest is what the tool read
  return {
    system: "You review a collection file by file and say what you would change first.",
    prompt: prose(0, 240, lineBytes),
    turns: Array.from({ length: turnCount }, (_, index) => ({
      text: prose(index, textBytes, lineBytes),
      // As long as the providers' own ids.
      toolCallId: `toolu_${String(index).padStart(24, "0")}`,
      toolInput: { path: `src/module-${index % 40}/part-${index}.md`, line: index },
      toolOutput: prose(2 * index, turnBytes - textBytes, lineBytes),
    })),
    lastAnswer: prose(turnCount, textBytes, lineBytes),
  };
}

function prose(seed: number, bytes: number, lineBytes: number): string {
  let text = `${seed}:`;
  let lineStart = 0;
  for (let at = seed; text.length < bytes; at++) {
    const isFull = text.length - lineStart >= lineBytes;
    if (isFull) lineStart = text.length;
    text += `${isFull ? "\n" : " "}${WORDS[at % WORDS.length]}`;
  }
  return `${text}.`;
}

/**
 * UTF-8 bytes of all that was said, each once: texts as they are, a tool call as its id, name and
 * input in JSON, a result as the id that it names and its text.
 */
export function saidBytes({ prompt, turns, lastAnswer }: Conversation): number {
  const texts = turns.flatMap(({ text, toolCallId: id, toolInput: input, toolOutput }) => [
    text,
    JSON.stringify({ id, name: TOOL_NAME, input }),
    JSON.stringify({ id }),
    toolOutput,
  ]);
  return [prompt, ...texts, lastAnswer].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
