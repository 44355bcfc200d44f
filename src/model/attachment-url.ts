import { isIP } from "node:net";

/** An address that a provider may fetch, or why it is refused, which completes "cannot attach X: ". */
type AttachmentUrl =
  | { readonly kind: "known"; readonly url: string }
  /** `isNamedByText`: the same address as a `URL` is not refused. */
  | { readonly kind: "refused"; readonly reason: string; readonly isNamedByText?: boolean };

/**
 * Reads an address that the provider fetches. A text may come from anybody, so it must lead to a host
 * of the public internet by its name: a model server inside a company's network reaches hosts that its
 * callers do not. A `URL` object was made by code, which JSON cannot do, so any host will do.
 */
export function readAttachmentUrl(given: string | URL): AttachmentUrl {
  const text = String(given);
  if (!URL.canParse(text)) return refused("it is not an address");
  const url = new URL(text);
  if (url.protocol === "data:") return refused("it holds its data, and must lead to a file");
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refused(`its scheme is ${url.protocol.slice(0, -1)}, and must be https or http`);
  }
  if (url.username !== "" || url.password !== "") {
    return refused("it holds a user's name or password, which would be sent and recorded");
  }
  if (typeof given === "string" && !isPublic(url.hostname)) {
    const reason = "a text may name a host of the public internet only";
    return { kind: "refused", reason, isNamedByText: true };
  }
  return { kind: "known", url: url.href };
}

function refused(reason: string): AttachmentUrl {
  return { kind: "refused", reason };
}

/** Endings of names that only a local network resolves (RFC 2606, RFC 6762, RFC 8375, ICANN 2024). */
const LOCAL_ENDING = /\.(?:localhost|local|internal|intranet|lan|home|corp|arpa)$/;

/** Blocks that are not of the public internet (IANA special-purpose registries, 2026). */
const NOT_PUBLIC = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const;

const ADDRESS_BITS = 32;

/** Done by hand: `BlockList` would load Node's network code with every run. */
function isReserved(address: string): boolean {
  const number = numberOf(address);
  return NOT_PUBLIC.some(
    ([net, prefix]) => (number ^ numberOf(net)) >>> (ADDRESS_BITS - prefix) === 0,
  );
}

/** An IPv4 address as the number of its 32 bits. */
function numberOf(address: string): number {
  return address.split(".").reduce((number, byte) => number * 256 + Number(byte), 0);
}

/** By what the name says; what a name server makes of it is not known here. */
function isPublic(hostname: string): boolean {
  const host = hostname.replace(/\.$/, "").toLowerCase();
  if (host.startsWith("[")) return /^\[[23]/.test(host) && !/^\[2002:/.test(host); // global unicast
  if (isIP(host) === 4) return !isReserved(host);
  return host.includes(".") && !LOCAL_ENDING.test(host);
}
