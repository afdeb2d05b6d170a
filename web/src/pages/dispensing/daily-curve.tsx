import { Group, Text } from '@mantine/core';
import { day } from '../../format/dates.ts';
import { LineChart } from '../../parts/line-chart.tsx';
import type { Day } from './day-figures.ts';

const count = (value: number) => (Number.isInteger(value) ? value.toLocaleString('en-US') : '');

export function DailyCurve({ days }: { readonly days: readonly Day[] }) {
  return (
    <LineChart
      label="Dispensings a day: on prescription and over the counter"
      times={days.map(({ date }) => Date.parse(date) / 1_000)}
      series={[
        {
          name: 'On prescription',
          values: days.map(({ prescriptions }) => prescriptions),
          color: '--lk-bar',
          isFilled: true,
        },
        { name: 'Over the counter', values: days.map(({ otc }) => otc), color: '--lk-warn' },
      ]}
      // Days, not instants: each is at its midnight of UTC.
      timeZone="UTC"
      figure={count}
      isFromZero
      table={{
        head: ['Day', 'On prescription', 'Over the counter'],
        rows: days.map(({ date, prescriptions, otc }) => [day(date), count(prescriptions), count(otc)]),
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
