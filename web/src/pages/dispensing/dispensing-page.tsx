import { Button, Skeleton, Stack } from '@mantine/core';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { useApi } from '../../api/api-context.tsx';
import { refusalOf } from '../../api/refusals.ts';
import { whole } from '../../api/whole-list.ts';
import { useSend } from '../../api/use-submit.ts';
import { useMay } from '../../app/access.ts';
import { heads } from '../../app/page-heads.ts';
import { usePlace } from '../../app/place.tsx';
import { day } from '../../format/dates.ts';
import { CsvExport, type CsvColumns } from '../../parts/csv-export.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { useAddress } from '../../parts/use-address.ts';
import { usePharmacies } from '../../parts/use-pharmacies.ts';
import { tellDone } from '../../parts/toast.ts';
import { DispensingCharts } from './dispensing-charts.tsx';
import { AggregateDispensing, DailySummariesQuery, DispensingQuery, type DaySummary } from './dispensing-documents.ts';
import { DispensingFilter } from './dispensing-filter.tsx';
import { useRange } from './use-range.ts';

type Row = DaySummary & { readonly id: string };

const csv: CsvColumns<Row> = [
  ['Day', ({ date }) => date],
  ['Pharmacy', ({ pharmacyId }) => pharmacyId],
  ['On prescription', ({ totalPrescriptions }) => totalPrescriptions],
  ['Over the counter', ({ totalOTC }) => totalOTC],
  ['Average dispensing time (s)', ({ avgDispensingTime }) => avgDispensingTime.toFixed(1)],
  ['In line with guidelines (%)', ({ stgComplianceRate }) => stgComplianceRate.toFixed(1)],
  ['Risk none', ({ noneRiskCount }) => noneRiskCount],
  ['Risk low', ({ lowRiskCount }) => lowRiskCount],
  ['Risk medium', ({ mediumRiskCount }) => mediumRiskCount],
  ['Risk high', ({ highRiskCount }) => highRiskCount],
  ['Risk critical', ({ criticalRiskCount }) => criticalRiskCount],
];

export function DispensingPage() {
  const { place, places } = usePlace();
  const pharmacies = usePharmacies();
  const outsideId = useAddress().get('pharmacy');
  const chosen = pharmacies.outside.find(({ id }) => id === outsideId) ?? null;
  const may = useMay();
  const api = useApi();
  const range = useRange(chosen?.timeZone ?? place?.timeZone ?? places[0]?.timeZone);
  const variables = { pharmacyId: outsideId ?? place?.id ?? null, from: range.from, to: range.to };
  const [{ data, error, fetching }, ask] = useQuery({
    query: DispensingQuery,
    variables,
    pause: range.fault !== null,
    requestPolicy: 'cache-and-network',
  });
  useEffect(
    () =>
      api.onReconnect(() => {
        ask({ requestPolicy: 'network-only' });
      }),
    [api, ask],
  );
  const nameOf = (id: string) => pharmacies.all.find((each) => each.id === id)?.name ?? id;

  return (
    <>
      <PageHeader
        {...heads.dispensing}
        description={range.fault === null ? `${day(range.from)} to ${day(range.to)}` : undefined}
        actions={
          <>
            {may('aggregateDispensing') && range.fault === null && <CountAgain input={variables} />}
            <CsvExport
              query={{
                document: DailySummariesQuery,
                variables,
                pick: ({ dailySummaries }) =>
                  whole(
                    dailySummaries.map((each) => ({
                      ...each,
                      id: `${each.date} ${each.pharmacyId}`,
                      pharmacyId: nameOf(each.pharmacyId),
                    })),
                  ),
              }}
              columns={csv}
              name="dispensing"
            />
          </>
        }
      />
      <DispensingFilter range={range} pharmacies={pharmacies} chosen={chosen} />
      {error !== undefined && <RefusalNote refusal={refusalOf(error)} />}
      {data === undefined && fetching && <Waiting />}
      {data !== undefined && <DispensingCharts answer={data} today={range.today} isBusy={fetching} />}
    </>
  );
}

interface CountAgainProps {
  readonly input: { readonly pharmacyId: string | null; readonly from: string; readonly to: string };
}

function CountAgain({ input }: CountAgainProps) {
  const { submit, isSending, refusal } = useSend(AggregateDispensing);
  const run = async () => {
    const done = await submit(input);
    if (done === null) return;
    tellDone('Counting again', 'The days are counted anew in the background. Look again in a moment.');
  };
  return (
    <>
      <Button variant="default" loading={isSending} onClick={() => void run()}>
        Count again
      </Button>
      {refusal !== null && <RefusalNote refusal={refusal} />}
    </>
  );
}

function Waiting() {
  return (
    <Stack gap="md" aria-busy aria-label="Loading">
      {[90, 280, 280].map((height, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </Stack>
  );
}
