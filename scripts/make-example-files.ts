// Writes the PDFs of the pitchdeck examples anew; the same bytes each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deckExamples, decks } from "./example-files/decks.ts";
import { slidePdf } from "./example-files/slide-pdf.ts";

for (const example of deckExamples) {
  const folder = join(import.meta.dirname, "../examples", example, "decks");
  mkdirSync(folder, { recursive: true });
  for (const [name, deck] of Object.entries(decks)) {
    writeFileSync(join(folder, name), slidePdf(deck));
  }
}
