/** A few amounts beside each other: read as a list by ear, as bars by eye, with the exact figure at each. */
import type { ReactNode } from 'react';
import classes from './bar-chart.module.css';

export interface Bar {
  readonly label: string;
  /** Pixels only: what is shown is `figure`. */
  readonly size: number;
  readonly figure: ReactNode;
  readonly tone?: 'bad' | 'warn' | 'plain' | 'muted';
}

export function BarChart({ label, bars }: { readonly label: string; readonly bars: readonly Bar[] }) {
  const largest = Math.max(...bars.map(({ size }) => Math.abs(size)), 0);
  return (
    <div className={classes.frame}>
      <ul className={classes.chart} aria-label={label}>
        {bars.map(({ label: name, size, figure, tone = 'plain' }) => (
          <li key={name}>
            <span className={classes.name}>{name}</span>
            <span className={classes.track} aria-hidden>
              <span
                className={classes.bar}
                data-tone={tone}
                style={{ width: largest === 0 ? 0 : `${(Math.abs(size) / largest) * 100}%` }}
              />
            </span>
            <span className={classes.figure}>{figure}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
