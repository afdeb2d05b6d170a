import { useMemo } from 'react';
import { instant } from '../../format/dates.ts';
import { forPixels } from '../../format/decimal.ts';
import type { ReadingsQuery } from '../../generated/graphql.ts';
import { LineChart } from '../../parts/line-chart.tsx';
import { celsius, isOutside, limits } from './celsius.ts';
import type { Excursion, Unit } from './cold-documents.ts';

export interface TemperatureChartProps {
  readonly unit: Unit;
  readonly readings: ReadingsQuery['temperatureReadings'];
  readonly excursions: readonly Excursion[];
}

const seconds = (iso: string): number => Date.parse(iso) / 1_000;

/** What was measured between its limits; the time of an excursion is shaded. */
export function TemperatureChart({ unit, readings, excursions }: TemperatureChartProps) {
  const { minCelsius, maxCelsius, location } = unit;
  const chart = useMemo(() => {
    const constant = (text: string) => readings.map(() => forPixels(text));
    return {
      times: readings.map(({ measuredAt }) => seconds(measuredAt)),
      series: [
        { name: 'Upper limit', values: constant(maxCelsius), color: '--lk-bad', isDashed: true },
        { name: 'Lower limit', values: constant(minCelsius), color: '--lk-bad', isDashed: true },
        { name: 'Measured', values: readings.map((each) => forPixels(each.celsius)), color: '--lk-bar' },
      ],
      shades: excursions.map(({ startedAt, endedAt }) => ({
        from: seconds(startedAt),
        to: endedAt === null ? null : seconds(endedAt),
        color: '--lk-bad',
      })),
      table: {
        head: ['Measured at', 'Temperature', 'Limits'],
        rows: readings.map((each) => [
          instant(each.measuredAt, location.timeZone),
          celsius(each.celsius),
          isOutside(each.celsius, { minCelsius, maxCelsius }) ? 'outside' : 'inside',
        ]),
      },
    };
  }, [readings, excursions, minCelsius, maxCelsius, location.timeZone]);
  const outside = readings.filter((each) => isOutside(each.celsius, unit)).length;
  return (
    <LineChart
      label={`Temperatures of ${unit.name}: ${readings.length} readings, ${outside} out of the limits of ${limits(unit)}`}
      timeZone={location.timeZone}
      height={280}
      figure={degrees}
      {...chart}
    />
  );
}

const degrees = (value: number): string => `${value.toFixed(Number.isInteger(value) ? 0 : 1).replace('-', '−')} °C`;
