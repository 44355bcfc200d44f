/** How often a server may send a request on to another of its own addresses. */
const MAX_REDIRECTS = 3;

/**
 * Node's `fetch`, but a redirect is followed only within the origin that was asked: what a request
 * carries, keys in headers of any name among it, is meant for that server alone. Other redirects are
 * handed on as the responses that they are.
 */
export async function sameOriginFetch(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  let target = input;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(target, { ...init, redirect: "manual" });
    const next = redirects < MAX_REDIRECTS ? ownRedirect(response) : undefined;
    if (next === undefined) return response;
    await response.body?.cancel();
    target = next;
  }
}

/**
 * Where a redirect leads to, for people: without the query, which may be a secret; undefined for a
 * response that is no redirect.
 */
export function redirectPlace({
  status,
  headers,
}: Pick<Response, "status" | "headers">): string | undefined {
  const location = headers.get("location");
  if (status < 300 || status > 399 || location === null) return undefined;
  const url = URL.parse(location);
  return url === null ? "another of its addresses" : `${url.origin}${url.pathname}`;
}

/** Where a server sends a request on to within its own origin; other statuses make a POST a GET. */
function ownRedirect({ status, headers, url }: Response): URL | undefined {
  if (status !== 307 && status !== 308) return undefined;
  const target = URL.parse(headers.get("location") ?? "", url);
  // fetch refuses a user in an address, and quotes it in its error.
  if (target === null || target.username !== "" || target.password !== "") return undefined;
  return target.origin === URL.parse(url)?.origin ? target : undefined;
}
