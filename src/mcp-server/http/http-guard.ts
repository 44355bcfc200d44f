import { isIP } from "node:net";
import type { ListeningPlace } from "./listening-place.ts";

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

interface AskedPlace {
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/**
 * Refuses what a page in a browser sends. Such a page can reach servers of its user's machine, under a
 * name of its own that it made point there (DNS rebinding), so the name that a request was sent to must be one
 * of the server's: an address or `localhost`, or what `--host` and `--allow-host` name. A page of another server
 * shows itself by its origin.
 *
 * @returns undefined for a request that may be answered
 */
export function refusalOf(
  { host, origin }: AskedPlace,
  place: Pick<ListeningPlace, "host" | "allowedHosts">,
): Refusal | undefined {
  const name = hostNameOf(host);
  if (name === undefined || !isOwnName(name, place)) {
    return { status: 403, message: `Invalid Host header: ${host ?? "none"}` };
  }
  if (origin === undefined || isSameServer(origin, host)) return undefined;
  return { status: 403, message: `Invalid Origin header: ${origin}` };
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(bare(name));
}

/** The name in a Host header, in lower case and without its port; undefined for one that is none. */
function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host)) return undefined;
  return bare(host.replace(/:\d+$/, ""));
}

function isOwnName(
  name: string,
  { host, allowedHosts }: Pick<ListeningPlace, "host" | "allowedHosts">,
) {
  if (isLoopback(name) || [host, ...allowedHosts].some((own) => bare(own) === name)) return true;
  // No name leads a page here by an address; where only this machine is served, none but its own does.
  return isIP(name) !== 0 && !isLoopback(host);
}

function isSameServer(origin: string, host: string | undefined): boolean {
  const url = URL.parse(origin);
  return url !== null && url.host !== "" && url.host === URL.parse(`http://${host}`)?.host;
}

/** Without the brackets of an IPv6 address and the last point of a name. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}
