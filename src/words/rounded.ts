/**
 * A number with so many digits after the point, rounded down: true after "at least", and below a
 * bound that the number itself is below.
 */
export function roundedDown(value: number, digits: number): string {
  const nearest = value.toFixed(digits);
  return Number(nearest) > value ? (Number(nearest) - 10 ** -digits).toFixed(digits) : nearest;
}
