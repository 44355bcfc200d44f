import { BlockList, isIP, isIPv6 } from "node:net";

/** Addresses that lead to this machine or its neighbours: IANA's special-purpose registries. */
const NEIGHBOURS = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  NEIGHBOURS.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  NEIGHBOURS.addSubnet(network, bits, "ipv6");
}

/**
 * Reads an address that a model, or a page, came up with.
 *
 * Names are not resolved: one that somebody made point to a neighbour gets by. Only a network that
 * does not lead there keeps a program from it.
 *
 * @throws Error when it is no http or https address, or one of this machine or its neighbours
 */
export function publicUrl(address: string): URL {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new Error(`${address} is not an http or https address`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const isNeighbour = isIP(host)
    ? NEIGHBOURS.check(host, isIPv6(host) ? "ipv6" : "ipv4")
    : /(^|\.)(localhost|local|internal)$/.test(host) || !host.includes(".");
  if (isNeighbour) throw new Error(`${url.host} is not on the public web`);
  return url;
}
