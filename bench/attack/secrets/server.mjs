// A server that speaks just enough MCP to say a secret in the way that its first argument names.
import { createInterface } from "node:readline";

const [way] = process.argv.slice(2);
const secret = process.env.SAID ?? "";
const say = (id, result) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);
const description = way === "description" ? `Works with ${secret}.` : "Works.";

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    const serverInfo = { name: "said", version: "1" };
    say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo });
  } else if (method === "tools/list") {
    say(id, { tools: [{ name: "work", description, inputSchema: { type: "object" } }] });
  } else if (method === "tools/call") {
    if (way === "stderr") {
      process.stderr.write(`it broke with ${secret}\n`, () => process.exit(3));
    } else {
      say(id, { content: [{ type: "text", text: `it is ${secret}` }] });
    }
  }
});
