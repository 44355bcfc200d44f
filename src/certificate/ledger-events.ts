import { isJsonObject } from "../model/json.ts";

/** `train`: whoever writes the tool sees it. `holdout`: agreement is measured on it. */
export type Side = "train" | "holdout";

/** The two kinds of certificate. Each numbers its own versions and has its own 5 %. */
export const CERTIFICATE_KINDS = ["agreement", "no-worse"] as const;

export type CertificateKind = (typeof CERTIFICATE_KINDS)[number];

/**
 * Where a listed input was recorded. Recordings of fallbacks, generated inputs and gold labels never
 * enter the list; `imported` ones are always train.
 */
const ORIGINS = ["traffic", "shadow", "check", "imported"] as const;

export type Origin = (typeof ORIGINS)[number];

/** The part of the list that one prompt of one model has. Positions, `m` and `upTo` count within it. */
export interface ListPart {
  /** `promptHash`. */
  readonly prompt: string;
  /** `modelHash`. */
  readonly model: string;
}

/** One distinct input as it entered the list. */
export interface LedgerInput {
  /** As `splitInput` gives it: SHA-256 in hexadecimal. */
  readonly key: string;
  /** The side that its hash drew; always `train` for `imported`. */
  readonly side: Side;
  readonly origin: Origin;
  /** Hash of the reference answer, fixed here: later samples don't change it. */
  readonly answer: string;
}

/** What a version is, beside its answers. Another value of any field is another version. */
export interface VersionSubject extends ListPart {
  /** `answers` for tools, which are told apart by their answers alone; a worker's own hash otherwise. */
  readonly candidate: string;
  readonly comparator: string;
  /** Hash of the guard; undefined where there is none. */
  readonly guard: string | undefined;
  /** How many samples the reference answer is the majority of. */
  readonly reference: number;
  /** ISO 8601; only inputs that were listed at this time or later count. */
  readonly since: string | undefined;
  /** Only inputs that were listed after the version's first look count. */
  readonly fresh: boolean;
}

/** Inputs that were added to the end of a part of the list. */
export interface InputsEvent extends ListPart {
  readonly kind: "inputs";
  /** ISO 8601, as in each event. */
  readonly at: string;
  /** The model that answered them, where the provider named another one than was asked for. */
  readonly answeredBy?: string;
  readonly inputs: readonly LedgerInput[];
}

/** Somebody has learnt how a version fares on the holdout. */
export interface LookEvent {
  readonly kind: "look";
  readonly at: string;
  readonly certificate: CertificateKind;
  /** From 1, by kind of certificate. */
  readonly version: number;
  readonly subject: VersionSubject;
  /** How many inputs its part of the list had. */
  readonly m: number;
  /** Hash of the version's answers to them: `answersHash`. */
  readonly answers: string;
  /** The position from which inputs count: above 0 for `fresh` versions only. */
  readonly from: number;
  /** Held-out inputs that were counted; absent where counts are hidden. */
  readonly n?: number;
  readonly agreed?: number;
  /** What was asked where counts are hidden: there a later claim is no higher. */
  readonly claim?: number;
}

/** Held-out inputs that were shown. They count for the versions that had answered them before. */
export interface OpenedEvent extends ListPart {
  readonly kind: "opened";
  readonly at: string;
  readonly by: "open" | "labels" | "gold" | "judge";
  /** How many held-out inputs were opened. */
  readonly count: number;
  /** All inputs before this position are open. */
  readonly upTo: number;
}

/** How far the test of a `no-worse` certificate has come. */
export interface LabelsEvent {
  readonly kind: "labels";
  readonly at: string;
  readonly version: number;
  /** Inputs gone through, those without a disagreement among them. */
  readonly n: number;
  /** Only the tool is right. */
  readonly better: number;
  /** Only the prompt is right. */
  readonly worse: number;
  readonly upTo: number;
}

/** The world has changed: all earlier inputs are train from here on, and versions begin anew. */
export interface CutEvent {
  readonly kind: "cut";
  readonly at: string;
  readonly why: "alarm" | "model";
  readonly detail: string;
}

export type LedgerEvent = InputsEvent | LookEvent | OpenedEvent | LabelsEvent | CutEvent;

const SHA256 = /^[0-9a-f]{64}$/;

/** Says what is wrong with an event, as in `inputs[3].key must be SHA-256 in hexadecimal`. */
export class WrongEvent extends Error {
  override readonly name: string = "WrongEvent";
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an event and gives it with its fields in the one order that its hash is taken of.
 *
 * @throws WrongEvent for what is missing, wrong or unknown
 */
export function readEvent(value: unknown): LedgerEvent {
  if (!isJsonObject(value)) throw new WrongEvent("an event must be an object");
  const kind = oneOf(value, "kind", ["inputs", "look", "opened", "labels", "cut"]);
  const event = readKind(kind, value);
  refuseUnknown(value, event, kind);
  return event;
}

function readKind(kind: LedgerEvent["kind"], value: Fields): LedgerEvent {
  const at = time(value, "at");
  switch (kind) {
    case "inputs":
      return {
        kind,
        at,
        ...readPart(value),
        ...readAnsweredBy(value),
        inputs: readInputs(value["inputs"]),
      };
    case "look":
      return { kind, at, ...readLook(value) };
    case "opened": {
      const by = oneOf(value, "by", ["open", "labels", "gold", "judge"]);
      const [count, upTo] = [whole(value, "count"), whole(value, "upTo")];
      return { kind, at, ...readPart(value), by, count, upTo };
    }
    case "labels":
      return { kind, at, ...readLabels(value) };
    case "cut": {
      const why = oneOf(value, "why", ["alarm", "model"]);
      return { kind, at, why, detail: text(value, "detail") };
    }
  }
}

function readPart(value: Fields): ListPart {
  return { prompt: sha256(value, "prompt"), model: sha256(value, "model") };
}

function readAnsweredBy(value: Fields): Pick<InputsEvent, "answeredBy"> {
  return value["answeredBy"] === undefined ? {} : { answeredBy: text(value, "answeredBy") };
}

function readInputs(value: unknown): readonly LedgerInput[] {
  if (!Array.isArray(value) || value.length === 0) throw new WrongEvent("inputs must be a list");
  return value.map((one: unknown, index) => {
    const path = `inputs[${index}]`;
    if (!isJsonObject(one)) throw new WrongEvent(`${path} must be an object`);
    const key = sha256(one, "key", path);
    const side = oneOf(one, "side", ["train", "holdout"], path);
    const origin = oneOf(one, "origin", ORIGINS, path);
    if (origin === "imported" && side === "holdout") {
      throw new WrongEvent(`${path} is imported, so its side must be train`);
    }
    const input = { key, side, origin, answer: sha256(one, "answer", path) };
    refuseUnknown(one, input, path);
    return input;
  });
}

function readLook(value: Fields): Omit<LookEvent, "kind" | "at"> {
  const { subject, n, claim } = value;
  if (!isJsonObject(subject)) throw new WrongEvent("subject must be an object");
  const look = {
    certificate: oneOf(value, "certificate", CERTIFICATE_KINDS),
    version: whole(value, "version", 1),
    subject: readSubject(subject),
    m: whole(value, "m"),
    answers: sha256(value, "answers"),
    from: whole(value, "from"),
    ...(claim === undefined ? {} : { claim: share(value, "claim") }),
  };
  if (n === undefined && value["agreed"] === undefined) return look;
  const tally = { n: whole(value, "n"), agreed: whole(value, "agreed") };
  if (tally.agreed > tally.n) throw new WrongEvent("agreed must be at most n");
  return { ...look, ...tally };
}

function readSubject(value: Fields): VersionSubject {
  const path = "subject";
  const { candidate, guard, since, fresh } = value;
  if (typeof fresh !== "boolean") throw new WrongEvent("subject.fresh must be true or false");
  const subject = {
    ...readPart(value),
    candidate: candidate === "answers" ? candidate : sha256(value, "candidate", path),
    comparator: sha256(value, "comparator", path),
    guard: guard === undefined ? undefined : sha256(value, "guard", path),
    reference: whole(value, "reference", 1),
    since: since === undefined ? undefined : time(value, "since"),
    fresh,
  };
  refuseUnknown(value, subject, path);
  return subject;
}

function readLabels(value: Fields): Omit<LabelsEvent, "kind" | "at"> {
  const [n, better, worse] = [whole(value, "n"), whole(value, "better"), whole(value, "worse")];
  if (better + worse > n) throw new WrongEvent("better and worse must be at most n together");
  return { version: whole(value, "version", 1), n, better, worse, upTo: whole(value, "upTo") };
}

function refuseUnknown(value: Fields, known: object, where: string): void {
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) throw new WrongEvent(`unknown key "${unknown}" in ${where}`);
}

function named(name: string, path: string | undefined): string {
  return path === undefined ? name : `${path}.${name}`;
}

function sha256(value: Fields, name: string, path?: string): string {
  const found = value[name];
  if (typeof found === "string" && SHA256.test(found)) return found;
  throw new WrongEvent(`${named(name, path)} must be SHA-256 in hexadecimal`);
}

function oneOf<const Name extends string>(
  value: Fields,
  ...[name, names, path]: readonly [name: string, names: readonly Name[], path?: string]
): Name {
  const found = names.find((candidate) => candidate === value[name]);
  if (found !== undefined) return found;
  throw new WrongEvent(`${named(name, path)} must be one of ${names.join(", ")}`);
}

function whole(value: Fields, name: string, least = 0): number {
  const found = value[name];
  if (typeof found === "number" && Number.isSafeInteger(found) && found >= least) return found;
  throw new WrongEvent(`${name} must be a whole number of at least ${least}`);
}

function share(value: Fields, name: string): number {
  const found = value[name];
  if (typeof found === "number" && found > 0 && found < 1) return found;
  throw new WrongEvent(`${name} must be above 0 and below 1`);
}

function text(value: Fields, name: string): string {
  const found = value[name];
  if (typeof found === "string") return found;
  throw new WrongEvent(`${name} must be text`);
}

function time(value: Fields, name: string): string {
  const found = text(value, name);
  if (Number.isFinite(Date.parse(found))) return found;
  throw new WrongEvent(`${name} must be a time in ISO 8601`);
}
