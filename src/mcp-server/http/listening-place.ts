import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { McpFlags } from "../mcp-service.ts";

/** Where a server listens, and what it may be called. */
export interface ListeningPlace {
  /** 0 for any that is free. */
  readonly port: number;
  /** A name or an address of this machine. */
  readonly host: string;
  /** Further names that clients may reach the server by. */
  readonly allowedHosts: readonly string[];
}

const LOOPBACK = "127.0.0.1";
const LAST_PORT = 65_535;

/**
 * Where `--http` says to listen.
 *
 * @returns undefined without `--http`: the client is behind this process's streams
 * @throws LlmDoError `usage` for a port or a name that cannot be, and for flags that need `--http`
 */
export function listeningPlace({ http, host, allowHost }: McpFlags): ListeningPlace | undefined {
  if (http === undefined) {
    const needing = host !== undefined ? `--host ${host}` : allowHost && "--allow-host";
    if (needing === undefined) return undefined;
    throw wrongFlag(needing, "it says where to listen, and nothing listens without --http", [
      "add --http PORT",
    ]);
  }
  const port = Number(http);
  if (!/^\d+$/.test(http) || port > LAST_PORT) {
    const reason = `a port is a number from 1 to ${LAST_PORT}, or 0 for one that is free`;
    throw wrongFlag(`--http ${http}`, reason, ["--http 3000"]);
  }
  for (const [flag, name] of [
    ...(host === undefined ? [] : [["--host", host] as const]),
    ...(allowHost ?? []).map((name) => ["--allow-host", name] as const),
  ]) {
    if (isHostName(name)) continue;
    throw wrongFlag(`${flag} ${name}`, "it must be a name or an address, without scheme and port", [
      `${flag} ${flag === "--host" ? LOOPBACK : "llm-do.internal"}`,
    ]);
  }
  return { port, host: host ?? LOOPBACK, allowedHosts: allowHost ?? [] };
}

/** As in a URL, where an IPv6 address has brackets; both are taken. */
function isHostName(name: string): boolean {
  return /^[\w.-]+$/.test(name) || /^\[?[\da-fA-F:.]*:[\da-fA-F:.]*\]?$/.test(name);
}
