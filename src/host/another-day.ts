import { AsyncLocalStorage } from "node:async_hooks";
import type { Host } from "./host.ts";

/** 403 days and some: another year, month, day, weekday, hour, minute and second. */
const LATER_MS = (((403 * 24 + 7) * 60 + 11) * 60 + 13) * 1000;

const later = new AsyncLocalStorage<true>();

/** How many actions are under way, and the Date that stands in their place. */
let running = 0;
let real = globalThis.Date;
let restoreFormats = (): void => undefined;

/**
 * Runs something with clocks that show another day: the host's, and `Date` for all code that the
 * action calls. What runs beside it sees the time as it is. Timers are not touched.
 */
export async function onAnotherDay<Result>(
  host: Host,
  action: (host: Host) => Promise<Result>,
): Promise<Result> {
  const { clock } = host;
  // Asked from outside of the action, where no clock is another one.
  const nowMs = () => later.exit(() => clock.nowMs()) + LATER_MS;
  if (running++ === 0) {
    real = globalThis.Date;
    globalThis.Date = laterDate(real);
    restoreFormats = shiftFormats(real);
  }
  try {
    return await later.run(true, () => action({ ...host, clock: { ...clock, nowMs } }));
  } finally {
    if (--running === 0) {
      globalThis.Date = real;
      restoreFormats();
    }
  }
}

/** A Date whose present is later where an action asks, and which is the real one otherwise. */
function laterDate(own: DateConstructor): DateConstructor {
  const now = () => own.now() + (later.getStore() ? LATER_MS : 0);
  return new Proxy(own, {
    construct: (target, given, made) =>
      Reflect.construct(target, given.length > 0 ? given : [now()], made),
    apply: () => new own(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

type Formatting = (this: Intl.DateTimeFormat, date?: Date | number) => unknown;

/**
 * Lets formats of dates that are given none show the later present, too: they do not ask Date.
 *
 * @returns what undoes it
 */
function shiftFormats(own: DateConstructor): () => void {
  const { prototype } = Intl.DateTimeFormat;
  const format = Object.getOwnPropertyDescriptor(prototype, "format");
  const parts = Object.getOwnPropertyDescriptor(prototype, "formatToParts");
  const get = format?.get;
  const toParts: Formatting | undefined = parts?.value;
  if (!format || !get || !parts || !toParts) return () => undefined;
  const shown = (date: Date | number | undefined) =>
    date === undefined && later.getStore() ? own.now() + LATER_MS : date;
  Object.defineProperty(prototype, "format", {
    ...format,
    get(this: Intl.DateTimeFormat) {
      const own: (date?: Date | number) => string = get.call(this);
      return (date?: Date | number) => own(shown(date));
    },
  });
  Object.defineProperty(prototype, "formatToParts", {
    ...parts,
    value(this: Intl.DateTimeFormat, date?: Date | number) {
      return toParts.call(this, shown(date));
    },
  });
  return () => {
    Object.defineProperty(prototype, "format", format);
    Object.defineProperty(prototype, "formatToParts", parts);
  };
}
