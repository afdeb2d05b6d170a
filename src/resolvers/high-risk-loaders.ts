/** Loaders of the review queue, of the reader's places. */
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { eventsOfAlerts, highRiskAlertsById } from '../domain/analytics/list-high-risk-alerts.ts';
import type { Reader } from '../domain/places.ts';
import type { DispensingEvent } from '../entities/dispensing-event.ts';
import type { HighRiskAlert } from '../entities/high-risk-alert.ts';
import { byId } from './loader-kinds.ts';

export function highRiskLoaders(db: DataSource, reader: Reader) {
  return {
    highRiskAlerts: byId<HighRiskAlert>((ids) => highRiskAlertsById(db, reader, ids)),
    eventOfHighRiskAlert: new DataLoader<string, DispensingEvent | null>(async (ids) => {
      const events = new Map((await eventsOfAlerts(db, ids)).map((event) => [event.alertId, event]));
      return ids.map((id) => events.get(id) ?? null);
    }),
  };
}
