/** What the readers of loggers' files make of them. */
import { exact } from '../decimal.ts';
import type { LoggerAlarm } from './out-periods.ts';

export interface LoggerFacts {
  readonly watch: { readonly from: number; readonly until: number; readonly alarms: readonly LoggerAlarm[] };
  /** Lowest and highest temperatures, which the logger tells with their times. */
  readonly extremes: readonly { readonly time: string; readonly celsius: string }[];
}

export type ToCelsius = (told: string) => string | null;

export const hundredthsOf = (celsius: string | null): number | null =>
  celsius === null ? null : exact(celsius).times(100).round().toNumber();
