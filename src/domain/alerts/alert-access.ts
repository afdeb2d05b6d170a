/** Who sees which alerts: those of their own places, and some roles those of the whole organisation, which have no place. */
import { hasRole, worksAt, type Actor } from '../../actor.ts';
import type { Values } from '../../db/values.ts';

function seesOrganisation(actor: Actor): boolean {
  return actor.isSystem || hasRole(actor, 'ADMIN', 'MANAGER', 'PHARMACIST', 'AUDITOR');
}

export function seesAlertAt(actor: Actor, locationId: string | null): boolean {
  return locationId === null ? seesOrganisation(actor) : worksAt(actor, locationId);
}

/** The same as a condition on a column that names the place. */
export function alertsSeenBy(actor: Actor, values: Values, column: string): string {
  if (actor.isSystem) return 'true';
  const own = `${column} = ANY(${values.add(actor.locationIds, 'uuid[]')})`;
  return seesOrganisation(actor) ? `(${own} OR ${column} IS NULL)` : own;
}
