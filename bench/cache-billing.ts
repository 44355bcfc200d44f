import { createHash } from "node:crypto";

/** What one request's input costs, in tokens. */
export interface BilledInput {
  readonly freshTokens: number;
  readonly writtenTokens: number;
  readonly readTokens: number;
}

/** A part of a prompt that a mark may stand on, in the order in which the API caches. */
interface Block {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Tokens of a prompt that is cached at all, with Claude Haiku 4.5. */
const LEAST_CACHED_TOKENS = 4096;

/** How many blocks the API looks at from a mark on, that of the mark included. */
const LOOKBACK_BLOCKS = 20;

const MOST_MARKS = 4;

const CHARACTERS_PER_TOKEN = 4;

/**
 * Counts the input of requests as the Messages API bills it, from their bodies alone. A mark caches
 * the prompt up to its block; what an earlier request cached is found at most 20 blocks before a
 * mark. `docs/wire/anthropic.md` says where these rules come from. A token is taken for four
 * characters.
 */
export class CacheBilling {
  readonly #cached = new Set<string>();

  /** @throws Error for a body with more marks than the API takes */
  bill(body: object): BilledInput {
    const blocks = blocksOf(body as Body); // what our own client sent
    if (blocks.filter(({ isMarked }) => isMarked).length > MOST_MARKS) {
      throw new Error(`a maximum of ${MOST_MARKS} blocks with cache_control may be provided`);
    }
    const prefixes = prefixesOf(blocks);
    const marks = blocks.flatMap(({ isMarked }, index) => (isMarked ? [index] : []));
    const hits = marks.map((mark) => this.#longestHit(prefixes, mark));
    const readTokens = Math.max(0, ...hits);
    const kept = marks.flatMap((mark) => prefixes[mark] ?? []);
    const writable = kept.filter(({ tokens }) => tokens >= LEAST_CACHED_TOKENS);
    for (const { hash } of writable) this.#cached.add(hash);
    const cachedTokens = Math.max(readTokens, ...writable.map(({ tokens }) => tokens));
    const allTokens = prefixes.at(-1)?.tokens ?? 0;
    return {
      freshTokens: allTokens - cachedTokens,
      writtenTokens: cachedTokens - readTokens,
      readTokens,
    };
  }

  /** Tokens of the longest beginning that is cached, as seen from a mark. */
  #longestHit(prefixes: readonly Prefix[], mark: number): number {
    for (let at = mark; at > mark - LOOKBACK_BLOCKS && at >= 0; at--) {
      const prefix = prefixes[at];
      if (prefix && this.#cached.has(prefix.hash)) return prefix.tokens;
    }
    return 0;
  }
}

/** The tokens of an input, each at its price beside that of a fresh one. */
export function billedTokens({ freshTokens, writtenTokens, readTokens }: BilledInput): number {
  return freshTokens + 1.25 * writtenTokens + 0.1 * readTokens;
}

interface Prefix {
  readonly hash: string;
  readonly tokens: number;
}

function prefixesOf(blocks: readonly Block[]): readonly Prefix[] {
  const hash = createHash("sha256");
  let characters = 0;
  return blocks.map(({ text }) => {
    hash.update(text);
    characters += text.length;
    const tokens = Math.ceil(characters / CHARACTERS_PER_TOKEN);
    return { hash: hash.copy().digest("hex"), tokens };
  });
}

interface Body {
  readonly tools?: readonly object[];
  readonly system?: string | readonly object[];
  readonly messages: readonly { readonly role: string; readonly content: string | object[] }[];
}

/** Tools, then the instructions, then the messages. */
function blocksOf({ tools = [], system = [], messages }: Body): readonly Block[] {
  return [
    ...tools.map((tool) => blockOf("tool", tool)),
    ...listed(system).map((block) => blockOf("system", block)),
    ...messages.flatMap(({ role, content }) =>
      listed(content).map((block) => blockOf(role, block)),
    ),
  ];
}

function listed(content: string | readonly object[]): readonly object[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function blockOf(where: string, block: object): Block {
  const { cache_control: mark, ...said } = block as Readonly<Record<string, unknown>>;
  return { text: `${where} ${JSON.stringify(said)}\n`, isMarked: mark !== undefined };
}
