/** One page of a deck. */
interface Slide {
  readonly title: string;
  /** One line of text each, short enough for the page. */
  readonly lines: readonly string[];
}

export interface Deck {
  readonly company: string;
  /** Red, green and blue of the title page, each from 0 to 1. */
  readonly colour: readonly [number, number, number];
  /** The first is the title page. */
  readonly slides: readonly Slide[];
}

const PAGE = { widthPt: 720, heightPt: 405, marginPt: 56 };
const FIRST_PAGE_OBJECT = 5;

/**
 * A deck as a PDF 1.4 file, uncompressed and without dates or ids, so that the same deck gives the
 * same bytes. Objects 1 to 4 are the catalog, the page tree and two of the fonts that every reader
 * has; then come each page and its content. Written after ISO 32000-1, 7.5 and 9.4.
 *
 * @throws RangeError for text beyond ASCII, which those fonts would need an encoding for
 */
export function slidePdf(deck: Deck): Uint8Array {
  const kids = deck.slides.map((_slide, index) => `${FIRST_PAGE_OBJECT + 2 * index} 0 R`);
  return assemble([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${kids.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ...deck.slides.flatMap((slide, index) => pageObjects(deck, slide, index)),
  ]);
}

function pageObjects(deck: Deck, slide: Slide, index: number): readonly [string, string] {
  const { widthPt, heightPt } = PAGE;
  const content = index === 0 ? titlePage(deck, slide) : textPage(deck, slide, index + 1);
  const page = [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${widthPt} ${heightPt}]`,
    "/Resources << /Font << /Text 3 0 R /Bold 4 0 R >> >>",
    `/Contents ${FIRST_PAGE_OBJECT + 2 * index + 1} 0 R >>`,
  ].join(" ");
  return [page, `<< /Length ${content.length} >>\nstream\n${content}\nendstream`];
}

function titlePage({ colour }: Deck, { title, lines }: Slide): string {
  const { widthPt, heightPt, marginPt } = PAGE;
  return [
    `${colour.join(" ")} rg 0 0 ${widthPt} ${heightPt} re f`,
    "1 1 1 rg",
    textAt({ font: "Bold", sizePt: 44, xPt: marginPt, yPt: 220 }, title),
    ...lines.map((line, row) =>
      textAt({ font: "Text", sizePt: 18, xPt: marginPt, yPt: 180 - 28 * row }, line),
    ),
  ].join("\n");
}

function textPage({ colour, company }: Deck, { title, lines }: Slide, page: number): string {
  const { heightPt, marginPt } = PAGE;
  return [
    `${colour.join(" ")} rg 0 0 14 ${heightPt} re f`,
    textAt({ font: "Bold", sizePt: 28, xPt: marginPt, yPt: 325 }, title),
    "0.15 0.15 0.15 rg",
    ...lines.map((line, row) =>
      textAt({ font: "Text", sizePt: 17, xPt: marginPt, yPt: 265 - 36 * row }, line),
    ),
    "0.5 0.5 0.5 rg",
    textAt({ font: "Text", sizePt: 10, xPt: marginPt, yPt: 28 }, `${company}   ${page}`),
  ].join("\n");
}

interface TextPlace {
  readonly font: "Text" | "Bold";
  readonly sizePt: number;
  /** From the left edge. */
  readonly xPt: number;
  /** From the lower edge, to the line that the letters stand on. */
  readonly yPt: number;
}

function textAt({ font, sizePt, xPt, yPt }: TextPlace, text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new RangeError(`"${text}" is not plain ASCII`);
  return `BT /${font} ${sizePt} Tf ${xPt} ${yPt} Td (${text.replace(/[\\()]/g, "\\$&")}) Tj ET`;
}

/** The objects, numbered from 1, with the table that says at which byte each begins. */
function assemble(objects: readonly string[]): Uint8Array {
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) file += `${String(offset).padStart(10, "0")} 00000 n \n`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, "ascii");
}
