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
  if (expiresOn === null) return <span style={{ color: 'var(--mantine-color-dimmed)' }}>No expiry</span>;
  const left = daysUntil(expiresOn, timeZone);
  const color = left < 0 ? 'var(--lk-bad)' : left <= near ? 'var(--lk-warn)' : 'var(--mantine-color-dimmed)';
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      {day(expiresOn)}
      {isOneLine && ' '}
      {left <= far && (
        <span className={isOneLine ? undefined : 'lk-note'} style={{ color }}>
          {inDays(left)}
        </span>
      )}
    </span>
  );
}
