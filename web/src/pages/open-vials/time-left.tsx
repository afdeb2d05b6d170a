import { clock, instant } from '../../format/dates.ts';
import { duration } from '../../format/durations.ts';
import { useNow } from '../../parts/use-now.ts';
import type { VialRow } from './vial-documents.ts';
import classes from './vials.module.css';

const soonMs = 3_600_000;
const dayMs = 86_400_000;

/** How long it may still be used, counting down; of an ended one when it ended. */
export function TimeLeft({ vial, isLarge = false }: { readonly vial: VialRow; readonly isLarge?: boolean }) {
  const now = useNow();
  const { timeZone } = vial.location;
  if (vial.status !== 'OPEN') {
    return (
      <span className={classes.time}>
        <span className={classes.until}>
          {vial.closedAt === null ? '' : `ended ${instant(vial.closedAt, timeZone)}`}
        </span>
      </span>
    );
  }
  const left = Date.parse(vial.expiresAt) - now;
  const tone = left <= 0 ? 'bad' : left <= soonMs ? 'warn' : 'calm';
  const until = left < dayMs && left > 0 ? clock(vial.expiresAt, timeZone) : instant(vial.expiresAt, timeZone);
  return (
    <span className={classes.time} data-tone={tone} data-large={isLarge}>
      <strong>{left > 0 ? duration(left) : 'Time is up'}</strong>
      <span className={classes.until}>
        {left > 0 ? 'until' : 'since'} {until}
      </span>
    </span>
  );
}
