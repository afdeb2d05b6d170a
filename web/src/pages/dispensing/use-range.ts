import { useSearchParams } from 'react-router';
import { addDays, localDate } from '../../format/dates.ts';

export const presets = ['7', '30', '90', '365'] as const;
const asked = '30';
/** The API counts no more at once. */
const mostDays = 3_660;
const shape = /^\d{4}-\d{2}-\d{2}$/;

export interface Range {
  /** There. */
  readonly today: string;
  readonly from: string;
  readonly to: string;
  /** "30": the last 30 days; null: other days were given. */
  readonly preset: string | null;
  /** What is wrong with the days; null: nothing. */
  readonly fault: string | null;
  readonly showLast: (days: string) => void;
  readonly show: (days: { readonly from: string; readonly to: string }) => void;
}

/** The days that are looked at. They stand in the address; without any, the last 30 there. */
export function useRange(timeZone: string | undefined): Range {
  const [params, setParams] = useSearchParams();
  const today = localDate(new Date(), timeZone);
  const [given, until] = [params.get('from'), params.get('to')];
  const isGiven = given !== null && until !== null;
  const preset = isGiven ? null : (presets.find((each) => each === params.get('days')) ?? asked);
  const to = isGiven ? until : today;
  const from = isGiven ? given : addDays(today, 1 - Number(preset));
  const replace = (next: Record<string, string>) => {
    setParams(
      (before) => {
        for (const name of ['days', 'from', 'to']) before.delete(name);
        for (const [name, value] of Object.entries(next)) before.set(name, value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  };
  return {
    today,
    from,
    to,
    preset,
    fault: faultOf(from, to),
    showLast(days) {
      replace({ days });
    },
    show(days) {
      replace(days);
    },
  };
}

function faultOf(from: string, to: string): string | null {
  if (!shape.test(from) || !shape.test(to)) return 'Give both days.';
  if (from > to) return 'The first day is after the last one.';
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 >= mostDays ? 'At most ten years at once.' : null;
}
