import { Anchor, SimpleGrid, Stack } from '@mantine/core';
import { Link } from 'react-router';
import type { DispensingQuery as Answer } from '../../generated/graphql.ts';
import { BarChart, type Bar } from '../../parts/bar-chart.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { SectionCard } from '../../parts/section-card.tsx';
import { CurveLegend, DailyCurve } from './daily-curve.tsx';
import { byDay, byHour, totalsOf, type Totals } from './day-figures.ts';
import { HeatMap } from './heat-map.tsx';
import { IndicatorList } from './indicator-list.tsx';

const whole = (count: number) => count.toLocaleString('en-US');
const percent = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
/** Below this nothing would be left of it after rounding. */
const least = 0.05;

function shareOf(part: number, all: number): string {
  if (all === 0) return '–';
  const share = (part / all) * 100;
  return part > 0 && share < least ? '< 0.1 %' : `${percent.format(share)} %`;
}

export interface DispensingChartsProps {
  readonly answer: Answer;
  /** At the pharmacy. */
  readonly today: string;
  readonly isBusy: boolean;
}

export function DispensingCharts({ answer, today, isBusy }: DispensingChartsProps) {
  const { dailySummaries, topMedicines, prescribingIndicators } = answer;
  const totals = totalsOf(dailySummaries);
  if (totals.events === 0) {
    return (
      <EmptyState title="Nothing was dispensed in these days">
        Every dispense, every use of an open vial and what other pharmacy systems send is counted here, day by day.
        Choose other days or another pharmacy.
      </EmptyState>
    );
  }
  return (
    <Stack gap="md" aria-busy={isBusy}>
      <SectionCard title="In these days">
        <Facts facts={factsOf(totals, prescribingIndicators.encounters)} />
      </SectionCard>
      <SectionCard
        title="By day"
        description="What was taken back is left out. Dashed: the day that is not over."
        aside={<CurveLegend />}
      >
        <DailyCurve days={byDay(dailySummaries)} today={today} />
      </SectionCard>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack gap="md">
          <SectionCard title="By weekday and hour" description="On the pharmacy's own clock.">
            <HeatMap week={byHour(dailySummaries)} />
          </SectionCard>
          <SectionCard title="Most dispensed">
            <BarChart
              label="Most dispensed medicines"
              bars={topMedicines.map(({ drugName, count }) => ({ label: drugName, size: count, figure: whole(count) }))}
            />
          </SectionCard>
        </Stack>
        <Stack gap="md">
          <SectionCard title="Prescribing indicators" description="The grey band is the reference; the mark is here.">
            <IndicatorList indicators={prescribingIndicators} />
          </SectionCard>
          <RiskMix totals={totals} />
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function RiskMix({ totals }: { readonly totals: Totals }) {
  return (
    <SectionCard
      title="Risk"
      description="By points of the risk model: 1–24 low, 25–49 medium, 50–74 high, 75–100 critical."
      aside={
        <Anchor component={Link} to="/reviews" size="sm">
          Review queue
        </Anchor>
      }
    >
      <BarChart label="Dispensings by risk" bars={riskBars(totals)} />
    </SectionCard>
  );
}

function factsOf({ events, prescriptions, stgCompliance, risk }: Totals, encounters: number) {
  const grave = risk.high + risk.critical;
  return [
    ['Dispensings', whole(events)],
    ['Encounters', whole(encounters)],
    ['On prescription', shareOf(prescriptions, events)],
    ['In line with guidelines', stgCompliance === null ? null : `${percent.format(stgCompliance)} %`],
    ['High or critical risk', `${whole(grave)} (${shareOf(grave, events)})`],
  ] as const;
}

function riskBars({ events, risk }: Totals): Bar[] {
  const bar = (label: string, size: number, tone: Bar['tone']): Bar => ({
    label,
    size,
    figure: `${whole(size)} · ${shareOf(size, events)}`,
    ...(tone === undefined ? {} : { tone }),
  });
  return [
    bar('Critical', risk.critical, 'bad'),
    bar('High', risk.high, 'bad'),
    bar('Medium', risk.medium, 'warn'),
    bar('Low', risk.low, 'plain'),
    bar('None', risk.none, 'muted'),
  ];
}
