import { hash } from "node:crypto";
import type { ToolChange, ToolDescription } from "../../approval/approval-request.ts";
import { type ApprovalPolicy, askerFrom } from "../../approval/askers.ts";
import type { Asker } from "../../approval/decide.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { ToolPin } from "../../functions/tool-source.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import type { ToolPins } from "../../runtime/state/run-state.ts";
import { shown } from "../project-paths.ts";
import { keptText, type Lock, type PinnedTool } from "./lock-file.ts";
import { changeLock, type FoundLock, findLock } from "./lock-store.ts";

/**
 * The tools of servers as the project's lock file has them. Where `CI` is set nothing is written: a
 * change is seen there, and accepted elsewhere.
 */
export class LockPins implements ToolPins {
  readonly ask: Asker;
  readonly #folder: string;
  readonly #host: Host;
  /** What was allowed in this run, by server, tool and hash. */
  readonly #accepted = new Set<string>();
  #hasTold = false;

  /**
   * @param folder the project's, absolute
   * @param approvals who is asked about a change
   */
  constructor(folder: string, host: Host, approvals: ApprovalPolicy | Asker) {
    this.#folder = folder;
    this.#host = host;
    this.ask = askerFrom(approvals);
  }

  /** @throws LlmDoError `configuration` for a lock file that is wrong */
  async changeOf(pin: ToolPin): Promise<ToolChange | undefined> {
    if (this.#accepted.has(identityOf(pin))) return undefined;
    const before = pinned(findLock(this.#folder, this.#host).lock, pin);
    if (!before || before.hash === descriptionHash(pin)) return undefined;
    const { changeLines } = await import("./change-lines.ts"); // compares texts, which few runs need
    const after = keptOf(pin);
    return { before, after, lines: changeLines(before, after) };
  }

  accept(pin: ToolPin): void {
    this.#accepted.add(identityOf(pin));
  }

  keep(pin: ToolPin): string | undefined {
    this.accept(pin);
    // Read anew: other runs write, too.
    const { path, lock } = findLock(this.#folder, this.#host);
    if (this.#host.env["CI"] || pinned(lock, pin)?.hash === descriptionHash(pin)) return undefined;
    try {
      let warning: string | undefined;
      const onWarning = (text: string) => {
        warning = text;
      };
      const change = (found: FoundLock) => withPin(found.lock, pin);
      changeLock(this.#folder, { change, onWarning }, this.#host);
      return warning;
    } catch (error) {
      if (this.#hasTold) return undefined;
      this.#hasTold = true;
      const file = shown(path, this.#host);
      return `${file} cannot be written, so that a later change of "${pin.tool}" will not be seen: ${messageOf(error)}`;
    }
  }
}

/** What a person can look at later; the hash is over all of it. */
function keptOf({ description, inputSchema }: ToolPin): ToolDescription {
  const schema = JSON.stringify(sorted(inputSchema), undefined, 2);
  return { description: keptText(description), inputSchema: keptText(schema) };
}

/** Keys in one order: their order says nothing. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, sorted(field)] as const);
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The hash of what a server says of a tool. */
function descriptionHash({ description, inputSchema }: ToolPin): string {
  return hash("sha256", canonicalJson({ description, inputSchema }));
}

function identityOf(pin: ToolPin): string {
  return canonicalJson([pin.server, pin.tool, descriptionHash(pin)]);
}

function isServer(pin: ToolPin): (one: { readonly server: ToolPin["server"] }) => boolean {
  const server = canonicalJson(pin.server);
  return (one) => canonicalJson(one.server) === server;
}

function pinned({ mcp = [] }: Lock, pin: ToolPin): PinnedTool | undefined {
  const server = mcp.find(isServer(pin));
  return server?.tools.find(({ name }) => name === pin.tool);
}

/** The lock with one tool as it is now, the others as they are. */
function withPin(lock: Lock, pin: ToolPin): Lock {
  const { mcp = [] } = lock;
  const { server, tool: name } = pin;
  const tool: PinnedTool = { name, hash: descriptionHash(pin), ...keptOf(pin) };
  const isSame = isServer(pin);
  const tools = mcp.find(isSame)?.tools.filter((one) => one.name !== name) ?? [];
  const others = mcp.filter((one) => !isSame(one));
  return { ...lock, mcp: [...others, { server, tools: [...tools, tool] }] };
}
