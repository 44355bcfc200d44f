import { AsyncLocalStorage } from "node:async_hooks";
import type { Host } from "./host.ts";

/** 403 days and some: another year, month, day, weekday, hour, minute and second. */
const LATER_MS = (((403 * 24 + 7) * 60 + 11) * 60 + 13) * 1000;

const later = new AsyncLocalStorage<true>();

/** How many actions are under way, and the Date that stands in their place. */
let running = 0;
let real = globalThis.Date;

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
  }
  try {
    return await later.run(true, () => action({ ...host, clock: { ...clock, nowMs } }));
  } finally {
    if (--running === 0) globalThis.Date = real;
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
