import { SERVER_TOOL_TYPES, type ToolDefinition } from "../../model/request.ts";

/**
 * What every API takes as a tool's name; `docs/wire/` says where each says so. Gemini wants a letter
 * or an underscore first: https://github.com/google-gemini/gemini-cli/issues/2966 (read 2026-11-30).
 */
const SENDABLE_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

const NAME_CHARACTERS = 64;

/** Providers' own tools stand in one list with ours, under these names. */
const RESERVED: ReadonlySet<string> = new Set(SERVER_TOOL_TYPES);

function isSendable(name: string): boolean {
  return SENDABLE_NAME.test(name) && !RESERVED.has(name);
}

/** Stands for a name without any character that could be sent. */
const NAMELESS = "unnamed";

/**
 * The names under which the tools of a request are sent. A name that every API takes is sent as it
 * is; any other one, such as `repo.search` of an MCP server or `web_search`, which some providers keep
 * for a tool of their own, is sent under a name that is made from
 * it and that no other tool has. Equal lists of tools give equal names, so a conversation keeps them.
 */
export class ToolNames {
  readonly #sent = new Map<string, string>();
  readonly #own = new Map<string, string>();

  constructor(tools: readonly Pick<ToolDefinition, "name">[]) {
    const names = tools.map(({ name }) => name);
    for (const name of names) if (isSendable(name)) this.#add(name, name);
    for (const name of names) if (!this.#sent.has(name)) this.#add(name, this.#free(name));
  }

  /**
   * The name under which a tool is sent. A model may also call a tool that there is not, by any
   * name: such a call never comes to look like one of another tool.
   */
  sent(own: string): string {
    const known = this.#sent.get(own);
    if (known !== undefined) return known;
    const free = isSendable(own) && !this.#own.has(own) ? own : this.#free(own);
    this.#add(own, free);
    return free;
  }

  /** The tool's own name, of the name in an answer; a name that was not sent stays as it is. */
  own(sent: string): string {
    return this.#own.get(sent) ?? sent;
  }

  #add(own: string, sent: string): void {
    this.#sent.set(own, sent);
    this.#own.set(sent, own);
  }

  #free(own: string): string {
    const plain = own.toWellFormed().replace(/[^A-Za-z0-9_-]/gu, "_") || NAMELESS;
    const base = /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
    let free = base.slice(0, NAME_CHARACTERS);
    for (let copy = 2; this.#own.has(free) || RESERVED.has(free); copy++) {
      const suffix = `_${copy}`;
      free = base.slice(0, NAME_CHARACTERS - suffix.length) + suffix;
    }
    return free;
  }
}
