const MASK = "<secret>";

/** A run of characters that may be an address: white space and quotes end it. */
const RUN = /[^\s"'<>`]+/g;

/**
 * Begins a user and a password; a port is no password. The password goes on to the last `@` of the
 * run, since people forget to write `@`, `/`, `?` and `#` in one as `%40` and so on.
 */
const PASSWORD = /[^/?#:@[\]]{0,200}:(?!\d{1,5}(?:[/?#)\],;]|$))/y;

/** Ends a scheme, also as some servers write it in JSON. */
const SLASHES = /:(?:\\?\/){2}/g;

/** A user without a password, which may be a token. */
const USER = /[^/?#:]+@(?=[^@])/y;

/** Characters of a scheme that are looked at. */
const LONGEST_SCHEME = 5;

/** Both in an address that is itself a parameter of another one. */
const ENCODED_USER = /%3A%2F%2F((?:(?!%(?:2F|3F|23|40))[^\s/?#&"'<>`]){1,1000})%40/gi;

/** `?name=`, `&name=` and `#name=`, also as JSON, HTML and other addresses write it. */
const PARAMETER = /(?:[?&#;]|\\u0026|%3F|%26|%23)([\w.~-]{1,60})(?:=|%3D)/gi;

/** A parameter's value; what closes a sentence or a bracket is not of it. */
const VALUE = /(?:(?!%26|%23|\\u0026)[^\s&#"'<>`\\])*(?:(?!%26|%23)[^\s&#"'<>`\\).,;:\]}!])/iy;

/** Names of parameters that hold a credential. */
const SECRET_PARAMETER =
  /(?:^|[_.-])(?:key|keys|token|sig|signature|auth|authorization|pass|pwd|pat|jwt|credentials?)$|secret|password|passwd|passphrase|apikey|accesskey|token$/i;

/**
 * Replaces the credentials in addresses by `<secret>`: `https://user:password@host` and the values of
 * parameters such as `?api_key=`, `?token=` and `?sig=`. Every error passes it, and what is shown of a
 * run. A masked text stays as it is.
 *
 * @example
 * maskAddresses("get https://ada:pw@host/a?key=k1&n=2"); // "get https://<secret>@host/a?key=<secret>&n=2"
 */
export function maskAddresses(text: string): string {
  // Most texts hold no address.
  if (!/[@=]|%40|%3D/i.test(text)) return text;
  const masked = text.includes("@") ? text.replace(RUN, maskUsers) : text;
  return maskParameters(masked.replace(ENCODED_USER, `%3A%2F%2F${MASK}%40`));
}

function maskUsers(run: string): string {
  const last = run.lastIndexOf("@", run.length - 2);
  let masked = "";
  let from = 0;
  if (last < 0) return run;
  for (const { 0: slashes, index: at } of run.matchAll(SLASHES)) {
    if (at >= last) break;
    const start = at + slashes.length;
    PASSWORD.lastIndex = USER.lastIndex = start;
    const scheme = run.slice(Math.max(0, at - LONGEST_SCHEME), at);
    const user = PASSWORD.exec(run)?.[0];
    const end = user === undefined ? start + (USER.exec(run)?.[0].length ?? 0) - 1 : last;
    if (end <= start || (user === undefined && /(?:ssh|sftp|git)$/i.test(scheme))) continue;
    masked += run.slice(from, start) + shownUser(scheme, user);
    from = end;
    if (user !== undefined) break;
  }
  return masked + run.slice(from);
}

/** The account of a database is no secret; on the web it may be a token. */
function shownUser(scheme: string, user: string | undefined): string {
  return user === undefined || /(?:https?|wss?|ftp)$/i.test(scheme) ? MASK : `${user}${MASK}`;
}

function maskParameters(text: string): string {
  let masked = "";
  let from = 0;
  // The value of one that holds no credential may be an address with others.
  for (const { 0: match, 1: name = "", index } of text.matchAll(PARAMETER)) {
    const start = index + match.length;
    if (index < from || !SECRET_PARAMETER.test(name)) continue;
    VALUE.lastIndex = start;
    const value = VALUE.exec(text)?.[0] ?? "";
    if (value === "") continue;
    masked += text.slice(from, start) + MASK;
    from = start + value.length;
  }
  return masked + text.slice(from);
}
