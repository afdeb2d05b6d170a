import { Text } from '@mantine/core';
import { instant, zoned } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import type { CsvColumns } from '../../parts/csv-export.tsx';
import type { Column } from '../../parts/data-table.tsx';
import type { Pharmacy } from '../../parts/use-pharmacies.ts';
import { Sign } from '../../parts/sign.tsx';
import type { ReviewRow } from './review-documents.ts';
import { ruleName } from './rule-names.ts';

export function pharmacyOf(places: readonly Pharmacy[], id: string): { name: string; timeZone: string | undefined } {
  const place = places.find((each) => each.id === id);
  return { name: place?.name ?? 'Another pharmacy', timeZone: place?.timeZone };
}

/** The rules that weigh most, in words. */
const reasons = ({ flags }: ReviewRow) =>
  flags
    .toSorted((a, b) => b.points - a.points)
    .map(({ rule }, index) => (index === 0 ? ruleName(rule) : ruleName(rule).toLowerCase()))
    .join(', ');

export function ReviewState({ row: { decision, reversed } }: { readonly row: ReviewRow }) {
  return (
    <>
      {decision === null ? (
        <Sign tone={reversed ? 'calm' : 'warn'}>Waiting</Sign>
      ) : (
        <Sign tone={decision === 'ESCALATED' ? 'bad' : 'good'}>{words(decision)}</Sign>
      )}
      {reversed && (
        <>
          {' '}
          <Sign tone="calm">Reversed</Sign>
        </>
      )}
    </>
  );
}

export function reviewColumns(places: readonly Pharmacy[], hasManyPlaces: boolean): Column<ReviewRow>[] {
  return [
    {
      id: 'medicine',
      header: 'Medicine',
      width: 'minmax(180px, 1.6fr)',
      card: 'lead',
      cell: ({ drugName, patientAgeGroup }) => (
        <>
          <Text component="span" inherit fw={550}>
            {drugName}
          </Text>
          <Text component="span" size="xs" c="dimmed" display="block">
            {words(patientAgeGroup)}
          </Text>
        </>
      ),
    },
    {
      id: 'score',
      header: 'Risk',
      width: '120px',
      card: 'side',
      cell: ({ riskScore, riskCategory }) => (
        <Sign tone={riskCategory === 'CRITICAL' ? 'bad' : 'warn'}>
          {words(riskCategory)} {riskScore}
        </Sign>
      ),
    },
    { id: 'why', header: 'Why', width: 'minmax(180px, 2.4fr)', from: 820, card: 'line', cell: reasons },
    {
      id: 'when',
      header: 'Dispensed',
      width: '150px',
      cell: ({ timestamp, pharmacyId }) => instant(timestamp, pharmacyOf(places, pharmacyId).timeZone),
    },
    ...(hasManyPlaces
      ? [
          {
            id: 'pharmacy',
            header: 'Pharmacy',
            width: 'minmax(190px, 1fr)',
            from: 1000,
            cell: ({ pharmacyId }: ReviewRow) => pharmacyOf(places, pharmacyId).name,
          },
        ]
      : []),
    { id: 'state', header: 'State', width: '120px', cell: (row) => <ReviewState row={row} /> },
  ];
}

export const reviewCsv = (places: readonly Pharmacy[]): CsvColumns<ReviewRow> => [
  ['Dispensed', ({ timestamp, pharmacyId }) => zoned(timestamp, pharmacyOf(places, pharmacyId).timeZone)],
  ['Medicine', ({ drugName }) => drugName],
  ['Pharmacy', ({ pharmacyId }) => pharmacyOf(places, pharmacyId).name],
  ['Pharmacy id', ({ pharmacyId }) => pharmacyId],
  ['Age group', ({ patientAgeGroup }) => patientAgeGroup],
  ['Score', ({ riskScore }) => riskScore],
  ['Category', ({ riskCategory }) => riskCategory],
  ['Rules', ({ flags }) => flags.map(({ rule, points }) => `${rule} ${points}`).join('; ')],
  ['Reversed', ({ reversed }) => (reversed ? 'yes' : 'no')],
  ['Decision', ({ decision }) => decision],
  ['Reviewed at', ({ reviewedAt, pharmacyId }) => zoned(reviewedAt, pharmacyOf(places, pharmacyId).timeZone)],
  ['Reviewed by', ({ reviewedBy }) => reviewedBy?.displayName],
  ['Notes', ({ reviewNotes }) => reviewNotes],
];
