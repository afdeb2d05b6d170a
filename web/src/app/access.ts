/** What this person is offered, by their roles. */
import { mayDo } from './may-do.ts';
import { usePerson, type Role } from './session.ts';

export type Deed = keyof typeof mayDo;

/** Whoever works at a location, and auditors: the API's queries without a rule of their own. */
export const everyday: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER', 'TECHNICIAN', 'AUDITOR'];

/** Who sees figures of dispensing, without patients. */
export const analytics: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'ANALYST', 'AUDITOR'];

/** Who may read patients; each read is on record. */
export const patientReaders: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'];

export function hasOneOf(roles: readonly Role[], wanted: readonly Role[]): boolean {
  return roles.some((role) => wanted.includes(role));
}

export function useMay(): (deed: Deed) => boolean {
  const { roles } = usePerson();
  return (deed) => hasOneOf(roles, mayDo[deed]);
}
