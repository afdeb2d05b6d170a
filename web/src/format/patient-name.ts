export interface Named {
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** "Abbott, Ana"; what is not known is left out. */
export function patientName({ firstName, lastName }: Named): string {
  const known = [lastName, firstName].filter((part) => part !== null && part !== '');
  return known.length === 0 ? 'Without a name' : known.join(', ');
}

/** "Ana Abbott", as one writes to somebody; "Patient" where the reader may not see names. */
export function fullName({ firstName, lastName }: Partial<Named>): string {
  const known = [firstName, lastName].filter((part) => part != null && part !== '');
  return known.length === 0 ? 'Patient' : known.join(' ');
}
