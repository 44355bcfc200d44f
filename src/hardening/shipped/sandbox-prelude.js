// Runs in the engine before a candidate does. It takes away what a pure function must not have, and
// keeps its own copies of what it needs, so that nothing a candidate changes can change it. Its last
// value is what the runner calls: `{ ask, shown }`.
(() => {
  const { parse, stringify } = JSON;
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } =
    Reflect;
  const { hasOwn } = Object;
  const { slice } = String.prototype;
  const [RealDate, RealError, RealTypeError] = [Date, Error, TypeError];

  /** The names of the global object that stay. All others go, also those of later engines. */
  const LANGUAGE =
    "AggregateError Array BigInt Boolean Date Error EvalError Function Infinity InternalError Iterator JSON Map " +
    "Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol " +
    "SyntaxError TypeError URIError WeakMap WeakSet decodeURI decodeURIComponent encodeURI " +
    "encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt undefined unescape";
  const kept = new Set(LANGUAGE.split(" "));
  for (const name of ownKeys(globalThis)) if (!kept.has(name)) delete globalThis[name];

  const put = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  const refusing = (reason) => () => {
    throw new RealTypeError(reason);
  };

  put(Math, "random", refusing("Math.random is not a function: nothing here is left to chance"));

  // No text becomes code.
  const noFunction = () => {
    throw new RealTypeError("text is not evaluated as code here");
  };
  defineProperty(noFunction, "name", { value: "Function", configurable: true });
  defineProperty(noFunction, "prototype", { value: Function.prototype, writable: false });
  put(globalThis, "Function", noFunction);
  for (const made of [() => 1, function* () {}, async () => 1, async function* () {}]) {
    put(getPrototypeOf(made), "constructor", noFunction);
  }

  // No time zone: the same code would answer otherwise on another machine.
  const zoned = (name) =>
    refusing(`${name} is not available in the sandbox: it depends on the machine's time zone`);
  const { exec } = RegExp.prototype;
  const { isNaN: isNoNumber } = Number;
  const { getTime } = RealDate.prototype;
  const isDate = (value) => {
    try {
      apply(getTime, value, []);
      return true;
    } catch {
      return false;
    }
  };
  const toPrimitive = (value) => {
    const made = value[Symbol.toPrimitive]?.("default") ?? value.valueOf();
    return typeof made === "object" ? `${value}` : made;
  };
  const { parse: parseDate } = RealDate;
  const DATE_ONLY = /^\s*[+-]?\d{4,6}(?:-\d\d){0,2}\s*$/;
  const WITH_ZONE =
    /(?:\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[AP]M\s*)?(?:GMT|UTC?)?\s*[+-]\d\d:?\d\d|\d\s*Z|\b(?:GMT|UTC?|[ECMP][SD]T))\s*(?:\([^()]*\)\s*)?$/i;
  const isZoneless = (text) =>
    typeof text === "string" &&
    apply(exec, DATE_ONLY, [text]) === null &&
    apply(exec, WITH_ZONE, [text]) === null &&
    !isNoNumber(parseDate(text)); // what is no date is none in every zone
  const checkZone = (text) => {
    if (isZoneless(text)) zoned("a date without a time zone")();
  };
  const localParts = "FullYear Month Date Hours Minutes Seconds";
  for (const part of localParts.split(" ")) {
    for (const name of [`get${part}`, `set${part}`]) put(RealDate.prototype, name, zoned(name));
  }
  const localNames = "getDay getYear setYear getTimezoneOffset toString toDateString toTimeString";
  for (const name of localNames.split(" ")) put(RealDate.prototype, name, zoned(name));

  // No clock. The real Date is reached from nowhere: neither as a prototype nor as a constructor.
  const noNow = refusing("the present time is not available");
  const fixedDate = function (...parts) {
    if (new.target === undefined || parts.length === 0) noNow();
    if (parts.length > 1) zoned("a date of several numbers (Date.UTC is there)")();
    // An object becomes a text or a number once, here, and not again in the engine.
    if (typeof parts[0] === "object" && parts[0] !== null) {
      const [given] = parts;
      parts[0] = isDate(given) ? apply(getTime, given, []) : toPrimitive(given);
    }
    checkZone(parts[0]);
    return construct(RealDate, parts, new.target);
  };
  defineProperty(fixedDate, "name", { value: "Date", configurable: true });
  defineProperty(fixedDate, "length", { value: RealDate.length, configurable: true });
  defineProperty(fixedDate, "prototype", { value: RealDate.prototype, writable: false });
  put(fixedDate, "UTC", RealDate.UTC);
  put(fixedDate, "parse", (given) => {
    const text = `${given}`;
    checkZone(text);
    return parseDate(text);
  });
  put(fixedDate, "now", noNow);
  put(RealDate.prototype, "constructor", fixedDate);
  put(globalThis, "Date", fixedDate);

  // What Node answers by its language data and the machine's locale would be answered otherwise here.
  const local = (name) =>
    refusing(`${name} is not available in the sandbox: it depends on the machine's language`);
  const byLanguage = [
    ["String", "localeCompare toLocaleLowerCase toLocaleUpperCase"],
    ["Number", "toLocaleString"],
    ["BigInt", "toLocaleString"],
    ["Array", "toLocaleString"],
    ["Date", "toLocaleString toLocaleDateString toLocaleTimeString"],
  ];
  for (const [owner, names] of byLanguage) {
    for (const name of names.split(" ")) put(globalThis[owner].prototype, name, local(name));
  }
  defineProperty(globalThis, "Intl", { get: local("Intl"), configurable: true, enumerable: false });

  const MOST_SHOWN_CHARS = 300;

  const shown = (thrown) => {
    try {
      const text = thrown instanceof RealError ? `${thrown.name}: ${thrown.message}` : `${thrown}`;
      return apply(slice, text, [0, MOST_SHOWN_CHARS]);
    } catch {
      return "something that cannot be shown";
    }
  };

  /** By what is there, not by what it says of itself: toJSON and getters are not asked. */
  const isSame = (left, right) => {
    if (typeof left !== "object" || left === null) return left === right;
    if (typeof right !== "object" || right === null) return false;
    if (getPrototypeOf(left) !== getPrototypeOf(right)) return false;
    const keys = ownKeys(left);
    if (keys.length !== ownKeys(right).length) return false;
    for (let at = 0; at < keys.length; at++) {
      const mine = getOwnPropertyDescriptor(left, keys[at]);
      const theirs = getOwnPropertyDescriptor(right, keys[at]);
      if (theirs === undefined || !hasOwn(mine, "value")) return false;
      if (!isSame(mine.value, theirs.value)) return false;
    }
    return true;
  };

  const isChanged = (input, text) => {
    try {
      return !isSame(input, parse(text));
    } catch {
      return true;
    }
  };

  /** `=` and the answer's JSON, or `!` and the reason why there is none. */
  const ask = (answer, text, mostChars) => {
    let input;
    try {
      input = parse(text);
      const output = answer(input);
      if (typeof output?.then === "function") return "!it answers with a promise";
      if (isChanged(input, text)) return "!it changes its input";
      const json = stringify(output);
      if (json === undefined) return "!it answers nothing";
      return json.length > mostChars ? "!its answer is too long" : `=${json}`;
    } catch (thrown) {
      return `!it threw ${shown(thrown)}`;
    }
  };

  return { ask, shown };
})();
