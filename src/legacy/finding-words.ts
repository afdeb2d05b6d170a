/** What was found in a row, in words; never what the row holds. */
const refusals: Readonly<Record<string, string>> = {
  NO_USER: 'names no user, and names come from there alone',
  ORPHAN: 'points to a row that does not exist or was refused',
  NO_PROJECT: 'belongs to no project',
  IMPOSSIBLE_DATE: 'is no date that can be: no such day, or too long ago',
  FUTURE_BIRTH: 'is a birth in the future',
  FUTURE_DATE: 'lies in the future',
  MOJIBAKE: 'has letters that nobody can make out any more',
  TOO_LONG: 'is longer than there is room',
  NUL: 'holds a NUL character',
  NOT_JSON: 'begins like JSON and is none',
  NO_PATH: 'names a file without a path below the store',
};

const others: Readonly<Record<string, string>> = {
  MOJIBAKE: 'was UTF-8 read as Latin-1 or Windows-1252, and is read right again',
  NO_NAME: 'has no name; patients stay without, others are called after their number',
  NO_ADDRESS: 'has no e-mail address; a stand-in that nobody can sign in with is taken',
  ADDRESS_TAKEN: 'has the e-mail address of another account; a stand-in is taken',
  ORPHAN: 'points to a row that does not exist, and is left empty',
  IMPOSSIBLE_DATE: 'is no moment that can be, or lies in the future; the nearest known one is taken',
  NO_VERSION: 'is no version; 1 is taken',
  MISSING_FILE: 'names a file that is not in the folder from which files are copied',
  FILE_OUTSIDE: 'names a file outside the folder from which files are copied',
  NO_FILE: 'names a folder where a file should be',
  UNREADABLE_FILE: 'names a file that may not be read',
  TOO_LARGE_FILE: 'names a file that is too large for the store',
  NO_NUMBER: 'is no such number, and is left out or bounded',
};

export function explain(kind: string, code: string): string {
  return (kind === 'REFUSED' ? refusals[code] : others[code]) ?? code;
}
