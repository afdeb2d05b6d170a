/** What a webhook says: texts and ids as in the API. Made anew at each attempt from what does not change. */
import type { AlertNews } from '../domain/deliveries/read-news.ts';

export function webhookBody(deliveryId: string, news: AlertNews): string {
  const { alertId, seq, version, type, severity, status, title, message, changedAt, location, product, lot } = news;
  return JSON.stringify({
    id: deliveryId,
    type: eventOf(news),
    occurredAt: changedAt.toISOString(),
    alert: { id: alertId, cursor: seq, version, type, severity, status, title, message, location, product, lot },
  });
}

function eventOf({ status, version }: AlertNews): string {
  if (status === 'RESOLVED') return 'alert.resolved';
  return version === 1 ? 'alert.raised' : 'alert.risen';
}
