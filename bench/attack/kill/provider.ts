import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A provider on the loopback that plays one conversation for each life. */
export interface KillProvider extends AsyncDisposable {
  /** Variables that lead a life's runs to it. */
  readonly env: (life: string) => Readonly<Record<string, string>>;
  /** How often each request of a life came so far, by its hash. */
  readonly asked: (life: string) => ReadonlyMap<string, number>;
}

export interface Plot {
  /** Turns in which tools are called; an answer in words comes after them. */
  readonly turns: number;
  /** Characters of the picture in an answer, which makes a blob or a long entry. */
  readonly pictureChars: number;
  /** Longest wait for an answer. */
  readonly delayMs: number;
}

/** @param plotOf what is played for a life */
export async function killProvider(plotOf: (life: string) => Plot): Promise<KillProvider> {
  const asked = new Map<string, Map<string, number>>();
  const server = createServer((request, response) => {
    const answer = async () => {
      const text = await bodyOf(request);
      const life = request.url?.split("/")[1] ?? "";
      const hash = createHash("sha256").update(text).digest("hex");
      const counts = asked.get(life) ?? new Map<string, number>();
      asked.set(life, counts.set(hash, (counts.get(hash) ?? 0) + 1));
      const plot = plotOf(life);
      await delay(Number.parseInt(hash.slice(0, 4), 16) % (plot.delayMs + 1));
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(answerTo(text, plot)));
    };
    // A run that is killed breaks off its request, too.
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    env: (life) => ({
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/${life}/v1`,
      OPENAI_API_KEY: "none",
    }),
    asked: (life) => asked.get(life) ?? new Map(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Two mails in each turn, and in the second one a program that does not end by itself. */
function answerTo(text: string, { turns, pictureChars }: Plot): object {
  const body = JSON.parse(text) as { input: readonly { type?: string }[] };
  const results = body.input.filter(({ type }) => type === "function_call_output").length;
  const turn = turnOf(results);
  const output = turn < turns ? [picture(turn, pictureChars), ...callsOf(turn)] : [words("Done.")];
  return {
    id: "resp_1",
    object: "response",
    status: "completed",
    output,
    usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
  };
}

/** The second turn has three results, all others two. */
function turnOf(results: number): number {
  return results <= 2 ? Math.ceil(results / 2) : Math.floor((results - 1) / 2);
}

function callsOf(turn: number): readonly object[] {
  const mails = [0, 1].map((one) => called("mail", { id: `${turn}.${one}` }, turn));
  const wait = called("shell", { command: "sh wait.sh", timeout_seconds: 0.05 }, turn);
  return turn === 1 ? [...mails, wait] : mails;
}

function called(name: string, input: object, turn: number): object {
  const text = JSON.stringify(input);
  const id = `${name}_${turn}_${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
  return {
    type: "function_call",
    id: `fc_${id}`,
    call_id: `call_${id}`,
    status: "completed",
    name,
    arguments: text,
  };
}

function words(text: string): object {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: "msg_1", role: "assistant", status: "completed", content };
}

function picture(turn: number, chars: number): object {
  const result = Buffer.alloc(Math.ceil(chars / 4) * 3, `picture ${turn} `).toString("base64");
  return { type: "image_generation_call", id: `ig_${turn}`, status: "completed", result };
}
