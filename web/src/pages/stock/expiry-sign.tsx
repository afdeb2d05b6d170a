import { Text } from '@mantine/core';
import { day, daysUntil, inDays } from '../../format/dates.ts';

const near = 30;
const far = 90;

/** The last day, and how far off it is where the lot stands; the last day itself is still good. */
export function ExpirySign({ expiresOn, timeZone }: { readonly expiresOn: string | null; readonly timeZone: string }) {
  if (expiresOn === null) {
    return (
      <Text component="span" inherit c="dimmed">
        No expiry
      </Text>
    );
  }
  const left = daysUntil(expiresOn, timeZone);
  const color = left < 0 ? 'var(--lk-bad)' : left <= near ? 'var(--lk-warn)' : 'var(--mantine-color-dimmed)';
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      {day(expiresOn)}
      {left <= far && (
        <Text component="span" size="xs" display="block" style={{ color }}>
          {inDays(left)}
        </Text>
      )}
    </span>
  );
}
