/** Who does it: a signed-in user, or the system itself. Roles and locations come from our tables, never from a token. */
import { Refusal } from './refusal.ts';

export const roles = [
  'ADMIN',
  'MANAGER',
  'PHARMACIST',
  'PROVIDER',
  'TECHNICIAN',
  'ANALYST',
  'AUDITOR',
  'SERVICE',
] as const;
export type Role = (typeof roles)[number];

export interface Actor {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly locationIds: readonly string[];
  /** Rises with every change of roles, locations or activity; a write proves in its first statement that it is still current. */
  readonly accessVersion: number;
  /** The system works at every location and holds no role. */
  readonly isSystem: boolean;
}

export const systemUserId = '00000000-0000-7000-8000-000000000001';

export function hasRole(actor: Actor, ...wanted: readonly Role[]): boolean {
  return actor.roles.some((role) => wanted.includes(role));
}

export function worksAt(actor: Actor, locationId: string): boolean {
  return actor.isSystem || actor.locationIds.includes(locationId);
}

/** What lies at another location answers as if it did not exist. */
export function requireLocation(actor: Actor, locationId: string, what = 'location'): void {
  if (!worksAt(actor, locationId)) throw notFound(what, locationId);
}

export function notFound(what: string, id: string): Refusal {
  return new Refusal('NOT_FOUND', `There is no such ${what}, or it is not at one of your locations.`, { what, id });
}
