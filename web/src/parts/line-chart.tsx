/** A series over time, drawn by uPlot on a canvas; its figures are also there as a table, for who reads by ear or copies. */
import 'uplot/dist/uPlot.min.css';
import { Button, Table, useComputedColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { clock, day, localDate } from '../format/dates.ts';

export interface Series {
  readonly name: string;
  /** For pixels; null is a gap. */
  readonly values: readonly (number | null)[];
  /** A CSS variable of the theme: "--lk-bar". */
  readonly color: string;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

/** A time that is laid under the series. */
export interface Shade {
  /** Seconds since 1970. */
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
  /** A CSS variable of the theme. */
  readonly color: string;
}

export interface LineChartProps {
  readonly label: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly timeZone: string;
  readonly height?: number;
  /** How a value is written at the axis. */
  readonly figure: (value: number) => string;
  /** The same figures, exactly: a heading and rows. */
  readonly table: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly isFromZero?: boolean;
  readonly shades?: readonly Shade[];
}

export function LineChart(props: LineChartProps) {
  const { label, height = 220, table } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [isTable, shown] = useDisclosure(false);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const plot = new UPlot(optionsOf(props, element.clientWidth, height), dataOf(props), element);
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
    // The colours are those of the scheme: another one is another plot.
  }, [props, height, scheme]);

  return (
    <figure style={{ margin: 0 }}>
      <div ref={frame} role="img" aria-label={label} style={{ height, overflow: 'hidden' }} hidden={isTable} />
      {isTable && (
        <Table.ScrollContainer minWidth={320} maxHeight={height}>
          <Table stickyHeader aria-label={label}>
            <Table.Thead>
              <Table.Tr>
                {table.head.map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {table.rows.map((cells) => (
                <Table.Tr key={cells[0]}>
                  {cells.map((cell, index) => (
                    <Table.Td key={table.head[index]}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <figcaption>
        <Button size="compact-xs" variant="subtle" mt={4} ml={-8} onClick={shown.toggle}>
          {isTable ? 'Show the chart' : 'Show the figures'}
        </Button>
      </figcaption>
    </figure>
  );
}

function dataOf({ times, series }: LineChartProps): UPlot.AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])];
}

function optionsOf(
  { series, timeZone, figure, isFromZero, shades = [] }: LineChartProps,
  width: number,
  height: number,
): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const font = `12px ${color('--mantine-font-family')}`;
  const axis = { stroke: color('--mantine-color-dimmed'), font, ticks: { show: false } };
  const grid = { stroke: color('--lk-line'), width: 1 };
  return {
    width,
    height,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), timeZone),
    legend: { show: false },
    hooks: {
      drawClear: [
        (plot) => {
          for (const shade of shades) paint(plot, shade, color(shade.color));
        },
      ],
    },
    cursor: { y: false },
    scales: { y: { range: (_plot, low, high) => rangeOf(low, high, isFromZero === true) } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        values: (_plot, splits) => splits.map((each) => tick(each, timeZone)),
      },
      { ...axis, grid, size: 48, values: (_plot, values) => values.map(figure) },
    ],
    series: [
      {},
      ...series.map(({ name, color: variable, isDashed, isFilled }) => ({
        label: name,
        stroke: color(variable),
        width: isDashed === true ? 1 : 2,
        points: { show: false },
        ...(isDashed === true ? { dash: [5, 4] } : {}),
        ...(isFilled === true ? { fill: `${color(variable)}22` } : {}),
      })),
    ],
  };
}

/** "14:05"; at midnight the day that begins: "27 Nov". */
function tick(seconds: number, timeZone: string): string {
  const at = new Date(seconds * 1_000);
  const time = clock(at.toISOString(), timeZone);
  return time === '00:00' ? day(localDate(at, timeZone)).replace(/ \d{4}$/, '') : time;
}

function paint(plot: UPlot, { from, to }: Shade, color: string): void {
  const { left, top, width, height } = plot.bbox;
  const at = (seconds: number) => Math.min(Math.max(plot.valToPos(seconds, 'x', true), left), left + width);
  const begin = at(from);
  plot.ctx.save();
  plot.ctx.fillStyle = `${color}26`;
  plot.ctx.fillRect(begin, top, Math.max((to === null ? left + width : at(to)) - begin, 2), height);
  plot.ctx.restore();
}

function rangeOf(low: number, high: number, isFromZero: boolean): UPlot.Range.MinMax {
  const bottom = isFromZero ? Math.min(0, low) : low;
  const room = (high - bottom) * 0.08 || 1;
  return [isFromZero && bottom === 0 ? 0 : bottom - room, high + room];
}
