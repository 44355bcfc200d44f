import { seededRandom } from "../../tests/support/seeded-random.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Assault, Attack, AttackOptions } from "./attack.ts";
import { AttackedProject } from "./secrets/attacked-project.ts";
import { madeUpSecrets, type Secret } from "./secrets/made-up.ts";
import { PLACES, type Place } from "./secrets/places.ts";

const SECRETS = 60;

const SHOWN_EXAMPLES = 10;

/**
 * Secrets that come by everywhere in a run: the command line is run in this process with one in one
 * place, and then every file below the project, and what was shown as errors and warnings, is searched
 * for it. What a person asked to see is no harm: the answer on stdout, and the files that hold it
 * already.
 */
export const secrets: Attack = attackOn(PLACES);

/** The same with other places, to see that the attack finds what is written. */
export function attackOn(places: readonly Place[]): Attack {
  return {
    name: "secrets",
    what: `planted secrets × places (${SECRETS} × ${places.length})`,
    least: SECRETS * places.length,
    run: (options) => assail(places, options),
  };
}

interface Trial {
  readonly secret: Secret;
  readonly place: Place;
  readonly order: number;
}

async function assail(places: readonly Place[], options: AttackOptions): Promise<Assault> {
  const { trials, seed, say } = options;
  const random = seededRandom(seed);
  const all = madeUpSecrets(seed).flatMap((secret) =>
    places.map((place): Trial => ({ secret, place, order: random() })),
  );
  const chosen = all.toSorted((one, other) => one.order - other.order).slice(0, trials);
  const folder = temporaryFolder();
  const examples: string[] = [];
  for (const { secret, place } of chosen) {
    const project = new AttackedProject(secret, folder);
    await place.attack(project);
    const leaks = project.leaks();
    if (leaks.length > 0) examples.push(`${secret.name} as ${place.name}: in ${leaks.join(", ")}`);
    project.remove();
  }
  say(`places: ${places.map(({ name }) => name).join("; ")}`);
  const shown = examples.slice(0, SHOWN_EXAMPLES);
  const breach = { what: "written", count: examples.length, bound: 0, examples: shown };
  return { tried: chosen.length, breaches: [breach] };
}
