/** The class of a length, as a range that begins with a power of two: 0, 1, 2-3, 4-7, 8-15, ... */
export function lengthClass(length: number): string {
  if (length < 2) return String(length);
  const least = 2 ** Math.floor(Math.log2(length));
  return `${least}-${2 * least - 1}`;
}
