import { Text } from '@mantine/core';
import { day, daysUntil, inDays } from '../../format/dates.ts';

const near = 30;
const far = 90;

export interface ExpirySignProps {
  readonly expiresOn: string | null;
  readonly timeZone: string;
  readonly isOneLine?: boolean;
}

/** The last day, and how far off it is where the lot stands; the last day itself is still good. */
export function ExpirySign({ expiresOn, timeZone, isOneLine = false }: ExpirySignProps) {
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
      {isOneLine && ' '}
      {left <= far && (
        <Text
          component="span"
          size={isOneLine ? 'sm' : 'xs'}
          {...(isOneLine ? {} : { display: 'block' })}
          style={{ color }}
        >
          {inDays(left)}
        </Text>
      )}
    </span>
  );
}
