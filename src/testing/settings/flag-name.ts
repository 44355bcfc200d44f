/** The name of a flag as people type it: `allowUnused` as `allow-unused`. */
export function typedName(flag: string): string {
  return flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
