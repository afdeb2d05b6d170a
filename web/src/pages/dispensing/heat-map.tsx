import { Text } from '@mantine/core';
import { counted } from '../../format/words.ts';
import { weekdays } from './day-figures.ts';
import classes from './heat-map.module.css';

const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
/** Of the colour, so that one dispensing can still be told from none. */
const faintest = 8;

/** When people come: weekdays by hours of the pharmacy's clock. Each cell has its figure, for the ear and the pointer. */
export function HeatMap({ week }: { readonly week: readonly (readonly number[])[] }) {
  const most = Math.max(...week.flat());
  return (
    <>
      <Text size="sm" mb="xs">
        {busiest(week, most)}
      </Text>
      <table className={classes.map} aria-label="Dispensings by weekday and hour">
        <thead>
          <tr>
            <td className={classes.day} />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                <span className={hour % 6 === 0 ? undefined : classes.unseen}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.map((hours, index) => (
            <tr key={weekdays[index]}>
              <th scope="row" className={classes.day}>
                <span aria-hidden>{weekdays[index]?.slice(0, 3)}</span>
                <span className={classes.unseen}>{weekdays[index]}</span>
              </th>
              {hours.map((count, hour) => (
                <td
                  key={clock(hour)}
                  title={`${weekdays[index] ?? ''} ${clock(hour)}: ${count.toLocaleString('en-US')}`}
                  style={{ background: shade(count, most) }}
                >
                  <span className={classes.unseen}>{count}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function shade(count: number, most: number): string {
  if (count === 0) return 'var(--lk-hover)';
  const strength = Math.round(faintest + (100 - faintest) * (count / most));
  return `color-mix(in srgb, var(--lk-bar) ${strength}%, var(--lk-surface))`;
}

function busiest(week: readonly (readonly number[])[], most: number): string {
  const day = week.findIndex((hours) => hours.includes(most));
  const hour = week[day]?.indexOf(most) ?? 0;
  return `Busiest on ${weekdays[day] ?? ''}s from ${clock(hour)}: ${counted(most, 'dispensing')} in these days.`;
}
