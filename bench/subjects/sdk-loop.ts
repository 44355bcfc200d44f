import Anthropic from "@anthropic-ai/sdk";
import { askAll, LIVE_LOAD, promptOf } from "../live-load.ts";

const client = new Anthropic({ maxRetries: 0 }); // the environment holds the key and the address

/** The load by hand: a loop over the SDK that reads each stream to its end. Prints milliseconds. */
const tookMs = await askAll(async (index) => {
  const stream = await client.messages.create({
    model: LIVE_LOAD.model,
    max_tokens: 4096,
    system: LIVE_LOAD.system,
    messages: [{ role: "user", content: promptOf(index) }],
    stream: true,
  });
  let text = "";
  for await (const event of stream) {
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") {
      text += event.delta.text;
    }
  }
  return text;
});
process.stdout.write(`${tookMs}\n`);
