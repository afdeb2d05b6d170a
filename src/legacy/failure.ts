/** How a migration ends that could not be done: what, where, which row, and what to do; never what a row holds. */
export interface Failing {
  readonly what: string;
  /** The phase, table or column. */
  readonly where?: string;
  /** As the source calls it: dispatch_patient 17. */
  readonly row?: string;
  readonly todo: string;
}

/** Exit code 1. */
export class LegacyFailure extends Error {
  constructor(
    readonly failing: Failing,
    options?: ErrorOptions,
  ) {
    const { what, where, row, todo } = failing;
    const place = [where, row].filter((part) => part !== undefined).join(', ');
    super(`${what}${place === '' ? '' : ` (${place})`} ${todo}`, options);
  }
}

/** Exit code 2: the command, a flag, a variable or a mapping file is not as it should be. Nothing has been touched. */
export class LegacyUsage extends Error {}

/** Exit code 75: another run holds the lock. */
export class LegacyLocked extends Error {}

/** Ctrl-C or SIGTERM: the batch under way was finished, and the run can be resumed. */
export class LegacyStopped extends Error {}
