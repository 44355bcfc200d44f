/** The risk of a false certificate of one kind for one worker, over all versions and all looks. */
export const RISK = 0.05;

/**
 * The risk that the v-th version of a tool takes: `0.05 / (v (v+1))`. Summed over all versions it is 0.05,
 * however many there will be.
 *
 * @param version a whole number from 1
 * @throws RangeError for another version
 */
export function versionRisk(version: number): number {
  if (!(Number.isSafeInteger(version) && version >= 1)) {
    throw new RangeError(`versions are counted from 1, not ${version}`);
  }
  return RISK / (version * (version + 1));
}
