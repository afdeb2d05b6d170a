/** Events as another pharmacy's system sends them. */
import { v7 as uuid } from 'uuid';
import type { EventToRecord } from '../src/domain/analytics/event-to-record.ts';
import type { TestClinic } from './clinic.ts';

/** A harmless event of an hour ago. */
export function told(given: Partial<EventToRecord> & Pick<EventToRecord, 'pharmacyId'>): EventToRecord {
  return {
    dispenseRecordId: uuid(),
    timestamp: new Date(Date.now() - 3_600_000),
    userId: 'somebody there',
    drugId: 'paracetamol-500',
    drugName: 'Paracetamol 500 mg',
    isPrescription: true,
    ...given,
  };
}

export async function outsidePharmacy(
  clinic: TestClinic,
  given: { locationId?: string; timeZone?: string; externalIds?: object } = {},
): Promise<string> {
  const id = uuid();
  await clinic.owner.query(
    `INSERT INTO people.outside_pharmacy (id, location_id, code, name, time_zone, external_ids) VALUES ($1, $2, $3, 'Outside', $4, $5)`,
    [id, given.locationId ?? clinic.locationId, `OUT-${id}`, given.timeZone ?? 'America/New_York', given.externalIds],
  );
  return id;
}
