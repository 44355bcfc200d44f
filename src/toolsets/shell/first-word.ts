/** Reserved words of POSIX (XCU 2.4), those that it lets shells add, and those of bash. */
const RESERVED = words(`! { } [[ ]] case coproc do done elif else esac fi for function if in select
  then time until while`);

/**
 * What POSIX has shells do themselves, special built-in utilities (XCU 2.15) and 2.9.1.1 (1d), and
 * what dash and bash 5.2 do besides that. A program with such a name can be named by its path.
 */
const BUILT_IN = words(`. : alias bg bind break builtin caller cd chdir command compgen complete
  compopt continue declare dirs disown enable eval exec exit export fc fg getopts hash help history
  jobs let local logout mapfile popd pushd read readarray readonly return set shift shopt source
  suspend times trap type typeset ulimit umask unalias unset wait`);

const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*\+?=/;

/** Why a word cannot name the program to start; undefined when it can. */
export function refusedAsProgram(word: string): string | undefined {
  const shown = JSON.stringify(word);
  if (ASSIGNMENT.test(word)) {
    return `${shown} would set a variable in a shell, and none is started; begin with the program`;
  }
  if (word.startsWith("%")) {
    return `${shown} would be a job of a shell, and none is started; begin with the program`;
  }
  if (RESERVED.has(word)) return `${shown} is a word of the shell's language, and none is started`;
  if (BUILT_IN.has(word)) {
    return `${shown} is a part of a shell, and none is started; each command starts anew in the project's folder`;
  }
  return undefined;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
