import type { Deck } from "./slide-pdf.ts";

/** The examples that have all decks, in the order of their grades. */
export const deckExamples = [
  "pitchdeck_eval",
  "pitchdeck_eval_hardened",
  "pitchdeck_eval_code_entry",
] as const;

/** The decks of the pitchdeck examples by file name. The companies are invented. */
export const decks: Readonly<Record<string, Deck>> = {
  "Tidewatt Deck v3 (FINAL).pdf": {
    company: "Tidewatt",
    colour: [0.06, 0.29, 0.42],
    slides: [
      { title: "Tidewatt", lines: ["Power from the harbour wall", "Seed round"] },
      {
        title: "Harbours pay for power that passes by",
        lines: [
          "A mid-sized harbour spends 400,000 EUR a year on electricity",
          "Twice a day the tide moves past its walls, unused",
          "Turbines on the sea bed cost too much to keep clean",
        ],
      },
      {
        title: "A turbine that hangs on the wall",
        lines: [
          "Lifted out by the harbour's own crane, cleaned in two hours",
          "One unit: 38 MWh a year, measured in Brest over 14 months",
          "Price: 61,000 EUR a unit, paid back in about eight years",
        ],
      },
      {
        title: "Where we are",
        lines: [
          "2 harbours pay for pilots, 5 have signed letters of intent",
          "Revenue last year: 122,000 EUR (two units)",
          "Team: Ines Kerbrat (tidal engineer, 12 years), Tom Vaas (harbour master)",
          "We raise 1.8 million EUR to build 20 units",
        ],
      },
    ],
  },
  "loam_and_ladder.pdf": {
    company: "Loam & Ladder",
    colour: [0.2, 0.4, 0.18],
    slides: [
      { title: "Loam & Ladder", lines: ["Salad grown on the supermarket's roof", "Pre-seed"] },
      {
        title: "Salad travels too far",
        lines: [
          "Lettuce is three days old when it reaches the shelf",
          "One head in four is thrown away",
          "Roofs of supermarkets are flat, sunny and empty",
        ],
      },
      {
        title: "Our kit",
        lines: [
          "A roof farm in boxes, set up in a weekend",
          "Watering runs by itself and talks to our app",
          "The market for food is 9 trillion USD",
        ],
      },
      {
        title: "Where we are",
        lines: [
          "A prototype on our own garage",
          "40 supermarkets were enthusiastic when we called them",
          "Team: Rosa Lind and Per Lind, both from advertising",
          "We raise 3 million EUR",
        ],
      },
    ],
  },
  "Quillmark - Seed.pdf": {
    company: "Quillmark",
    colour: [0.38, 0.16, 0.36],
    slides: [
      { title: "Quillmark", lines: ["Grant applications for small museums", "Seed round"] },
      {
        title: "Money that nobody asks for",
        lines: [
          "11,000 museums in Europe have fewer than five employees",
          "One application takes a curator nine working days",
          "Two thirds never apply for the funds made for them",
        ],
      },
      {
        title: "From the catalogue to the application",
        lines: [
          "Finds the funds that fit a museum, from its own catalogue",
          "Drafts the application; the curator decides and signs",
          "2,400 EUR a year for each museum",
        ],
      },
      {
        title: "Where we are",
        lines: [
          "84 museums pay, 79 of the 86 of last year among them",
          "31 applications granted, 1.1 million EUR in all",
          "Team: Olu Adeyemi (museum director), Hanna Brix (software, 2 exits)",
          "We raise 900,000 EUR for France and Italy",
        ],
      },
    ],
  },
};
