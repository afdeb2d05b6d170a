import { Group, Text } from '@mantine/core';
import { day } from '../../format/dates.ts';
import { LineChart } from '../../parts/line-chart.tsx';
import type { Day } from './day-figures.ts';

const count = (value: number) => (Number.isInteger(value) ? value.toLocaleString('en-US') : '');

export interface DailyCurveProps {
  readonly days: readonly Day[];
  /** Which of them is not over: a line to it would look like a fall. */
  readonly today: string;
}

export function DailyCurve({ days, today }: DailyCurveProps) {
  const isOver = ({ date }: Day) => date < today;
  const whole = (of: (day: Day) => number) => days.map((each) => (isOver(each) ? of(each) : null));
  const last = days.findLastIndex(isOver);
  const soFar = (of: (day: Day) => number) => days.map((each, at) => (at >= last ? of(each) : null));
  const prescriptions = (each: Day) => each.prescriptions;
  const otc = (each: Day) => each.otc;
  const hasToday = days.some((each) => !isOver(each));
  return (
    <LineChart
      label="Dispensings a day: on prescription and over the counter"
      times={days.map(({ date }) => Date.parse(date) / 1_000)}
      series={[
        { name: 'On prescription', values: whole(prescriptions), color: '--lk-bar', isFilled: true },
        { name: 'Over the counter', values: whole(otc), color: '--lk-warn' },
        ...(hasToday
          ? [
              { name: 'On prescription, so far', values: soFar(prescriptions), color: '--lk-bar', isDashed: true },
              { name: 'Over the counter, so far', values: soFar(otc), color: '--lk-warn', isDashed: true },
            ]
          : []),
      ]}
      // Days, not instants: each is at its midnight of UTC.
      timeZone="UTC"
      figure={count}
      isFromZero
      table={{
        head: ['Day', 'On prescription', 'Over the counter'],
        rows: days.map((each) => [
          isOver(each) ? day(each.date) : `${day(each.date)}, so far`,
          count(each.prescriptions),
          count(each.otc),
        ]),
      }}
    />
  );
}

export function CurveLegend() {
  return (
    <Group gap="md" aria-hidden>
      <Entry color="var(--lk-bar)">On prescription</Entry>
      <Entry color="var(--lk-warn)">Over the counter</Entry>
    </Group>
  );
}

function Entry({ color, children }: { readonly color: string; readonly children: string }) {
  return (
    <Text size="xs" component="span">
      <span style={{ display: 'inline-block', width: 14, height: 3, background: color, verticalAlign: 'middle' }} />{' '}
      {children}
    </Text>
  );
}
