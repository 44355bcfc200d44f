/** What the server sends in one event. */
interface Sent {
  readonly kind: "answer" | "result" | "error";
  readonly text?: string;
  readonly added?: string;
  readonly code?: string;
}

/**
 * Asks the server; gives what to show, each time that it changes. Runs in browsers as well.
 *
 * @throws Error with the code of what went wrong
 */
export async function* ask(url: string, question: string, signal?: AbortSignal) {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify({ question }),
    signal: signal ?? null,
  });
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  let shown = "";
  for await (const { kind, text, added = "", code } of sentIn(response.body)) {
    if (kind === "error") throw new Error(code);
    if (kind !== "answer") continue;
    shown = text ?? shown + added; // a text takes the place of what was shown
    yield shown;
  }
}

async function* sentIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Sent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (waiting + decoder.decode(value, { stream: true })).split("\n\n");
      waiting = events.pop() ?? "";
      for (const event of events) yield JSON.parse(event.slice(event.indexOf("\ndata: ") + 7));
    }
  } finally {
    await reader.cancel(); // whoever leaves the loop ends the run
  }
}
