/** Shown below the flags of `llm-do --help`. */
export const RUN_EXAMPLES_HELP = `
Examples:
  llm-do greeter.worker "Hello, I am Ada."
  llm-do main.worker helper.worker tools.ts "Go." --cassette cassettes/go.yaml
  llm-do main.worker "Go." --cassette cassettes/go.yaml --mode replay
`;

export const APPROVAL_FLAGS_HELP = `
A call that needs approval and gets none ends the run with exit code 4.
The result goes to stdout, everything else to stderr.
`;

export const EXIT_CODES_HELP = `
Exit codes:
  0    done
  1    the run failed
  2    the command line, a file or the configuration is wrong
  3    the cassette: a miss, a damaged recording, a refused write
  4    an approval was needed and not given
  5    a limit was reached
  6    inconclusive
  130  interrupted; 143 by SIGTERM, 129 by SIGHUP
`;
