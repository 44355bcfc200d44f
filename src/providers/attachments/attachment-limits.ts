const MIB = 1024 ** 2;

/** The most bytes of one file: as it is, or as the base64 text that a request carries. */
interface SizeLimit {
  readonly bytes: number;
  readonly of: "file" | "base64";
}

/** What one provider documents; what it does not is absent, and no limit. */
export interface AttachmentLimits {
  readonly image?: SizeLimit;
  readonly pdf?: SizeLimit;
  /** All PDFs of a request, as files. */
  readonly allPdfsBytes?: number;
  /** The whole request. */
  readonly requestBytes?: number;
  /** The same of one that holds an image. */
  readonly imageRequestBytes?: number;
  /** Images in one request. */
  readonly imageCount?: number;
  /** Media types of images that it names, where these are fewer than its wire can carry. */
  readonly imageTypes?: readonly string[];
}

const OPENAI: AttachmentLimits = {
  pdf: { bytes: 50 * MIB, of: "file" },
  allPdfsBytes: 50 * MIB,
  requestBytes: 512 * MIB,
  imageCount: 1500,
};

/**
 * What providers accept, by name. `docs/wire/attachments.md` has the source of each figure. An "MB"
 * of theirs is read as 1,048,576 bytes, so that nothing is refused that one of them may take.
 */
export const ATTACHMENT_LIMITS: Readonly<Record<string, AttachmentLimits>> = {
  anthropic: {
    image: { bytes: 10 * MIB, of: "base64" },
    requestBytes: 32 * MIB,
    imageCount: 600,
  },
  openai: OPENAI,
  "openai-responses": OPENAI,
  "openai-chat": OPENAI,
  groq: { imageRequestBytes: 4 * MIB },
  xai: {
    image: { bytes: 20 * MIB, of: "file" },
    imageTypes: ["image/jpeg", "image/png"],
  },
  "google-gla": { pdf: { bytes: 50 * MIB, of: "file" }, requestBytes: 100 * MIB },
};

/** A file of a request. */
export interface SizedFile {
  /** File name without folders. */
  readonly name: string;
  readonly mediaType: string;
  /** Its size. */
  readonly bytes: number;
}

/** What keeps a file from being sent. */
interface LimitBreach {
  readonly file: SizedFile;
  readonly reason: string;
  /** What a person can do. */
  readonly tries: readonly string[];
}

/**
 * The first limit of a provider that the files of one request break; undefined where they break none,
 * and for a provider without documented limits.
 */
export function limitBreach(
  provider: string,
  files: readonly SizedFile[],
): LimitBreach | undefined {
  const limits = Object.hasOwn(ATTACHMENT_LIMITS, provider) ? ATTACHMENT_LIMITS[provider] : {};
  if (!limits) return undefined;
  for (const file of files) {
    const breach = ownBreach(provider, limits, file);
    if (breach) return { file, ...breach };
  }
  return jointBreach(provider, limits, files);
}

type Breach = Omit<LimitBreach, "file">;

function ownBreach(
  provider: string,
  { image, pdf, imageTypes }: AttachmentLimits,
  file: SizedFile,
): Breach | undefined {
  const { name, mediaType, bytes } = file;
  if (isImage(mediaType) && imageTypes && !imageTypes.includes(mediaType)) {
    const reason = `${provider} does not take "${name}" (${mediaType}); of images it takes ${imageTypes.map(shortName).join(" and ")}`;
    return { reason, tries: ["convert it to PNG or JPEG"] };
  }
  const limit = isImage(mediaType) ? image : isPdf(mediaType) ? pdf : undefined;
  if (!limit) return undefined;
  const size = limit.of === "base64" ? base64Bytes(bytes) : bytes;
  if (size <= limit.bytes) return undefined;
  const form = limit.of === "base64" ? " in base64" : "";
  const kind = isPdf(mediaType) ? "PDF" : "image";
  const reason = `"${name}" (${mediaType}) has ${inMb(size)}${form}, and ${provider} takes at most ${inMb(limit.bytes)} of one ${kind}`;
  return { reason, tries: [smallerTry(file)] };
}

function jointBreach(
  provider: string,
  { allPdfsBytes, requestBytes, imageRequestBytes, imageCount }: AttachmentLimits,
  files: readonly SizedFile[],
): LimitBreach | undefined {
  const images = files.filter(({ mediaType }) => isImage(mediaType));
  const tooMany = imageCount === undefined ? undefined : images[imageCount];
  if (tooMany && imageCount !== undefined) {
    const reason = `${images.length} images are attached, and ${provider} takes at most ${imageCount} in one request`;
    return { file: tooMany, reason, tries: [FEWER] };
  }
  const pdfs = files.filter(({ mediaType }) => isPdf(mediaType));
  const limit = images.length > 0 ? (imageRequestBytes ?? requestBytes) : requestBytes;
  const sizeOfFile = ({ bytes }: SizedFile) => bytes;
  return (
    sumBreach(provider, pdfs, { limit: allPdfsBytes, sizeOf: sizeOfFile, what: "all PDFs" }) ??
    sumBreach(provider, files, { limit, sizeOf: requestSize, what: "one request" })
  );
}

interface SumLimit {
  readonly limit: number | undefined;
  readonly sizeOf: (file: SizedFile) => number;
  readonly what: string;
}

/** Blames the largest file, which is the one to do something about. */
function sumBreach(
  provider: string,
  files: readonly SizedFile[],
  { limit, sizeOf, what }: SumLimit,
): LimitBreach | undefined {
  const [largest] = files.toSorted((left, right) => sizeOf(right) - sizeOf(left));
  const sum = files.reduce((all, file) => all + sizeOf(file), 0);
  if (limit === undefined || !largest || sum <= limit) return undefined;
  const together = files.length === 1 ? "it has" : "the attached files have";
  const reason = `${together} ${inMb(sum)} as sent, and ${provider} takes at most ${inMb(limit)} in ${what}`;
  return { file: largest, reason, tries: [smallerTry(largest), FEWER] };
}

/** How to make a file smaller. */
function smallerTry({ mediaType }: SizedFile): string {
  if (isPdf(mediaType)) return SPLIT_PDF;
  return isImage(mediaType) ? SCALE_IMAGE : SPLIT_TEXT;
}

const SCALE_IMAGE = "scale the image down, or save it as JPEG";
const SPLIT_PDF = "split the PDF, and attach its parts to calls of their own";
const SPLIT_TEXT = "split the text, and attach its parts to calls of their own";
const FEWER = "attach fewer files to one call";

/** What a file takes of a request: text is sent as it is, everything else as base64. */
function requestSize({ mediaType, bytes }: SizedFile): number {
  return isImage(mediaType) || isPdf(mediaType) ? base64Bytes(bytes) : bytes;
}

/** How long the base64 text of so many bytes is. */
export function base64Bytes(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}

function isImage(mediaType: string): boolean {
  return mediaType.startsWith("image/");
}

function isPdf(mediaType: string): boolean {
  return mediaType === "application/pdf";
}

function shortName(mediaType: string): string {
  return mediaType.replace("image/", "").toUpperCase();
}

/** As providers write sizes; rounded up, so that what is over a limit does not read as equal to it. */
function inMb(bytes: number): string {
  return `${Math.ceil((bytes / MIB) * 100) / 100} MB`;
}
