import { Alert, Anchor, Stack, Text, Title } from '@mantine/core';
import { Link, useLocation, useParams } from 'react-router';
import { useMay } from '../../app/access.ts';
import { instant } from '../../format/dates.ts';
import { words } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { usePharmacies } from '../../parts/use-pharmacies.ts';
import { SidePanel } from '../../parts/side-panel.tsx';
import { DecisionForm } from './decision-form.tsx';
import { pharmacyOf, ReviewState } from './review-columns.tsx';
import { useReviewList } from './review-context.ts';
import type { ReviewRow } from './review-documents.ts';
import { ScoreBreakdown } from './score-breakdown.tsx';

export function ReviewPanel() {
  const { alertId = '' } = useParams();
  const list = useReviewList();
  const row = list.rows.find(({ id }) => id === alertId);
  if (row === undefined) {
    return (
      <SidePanel title="Review" back="/reviews">
        {!list.isLoading && (
          <EmptyState title="Not among those shown">
            Somebody may have reviewed it meanwhile, or it belongs to another location. Close this and look under “All”.
          </EmptyState>
        )}
      </SidePanel>
    );
  }
  return (
    <SidePanel title={`${row.drugName}: ${row.riskScore} points`} back="/reviews">
      <Stack gap="lg">
        {row.reversed && (
          <Alert variant="outline" color="gray" title="The dispensing was taken back">
            It counts nowhere any more. The review is still due.
          </Alert>
        )}
        <What row={row} />
        <section>
          <Title order={2} mb="sm">
            Why the score is {row.riskScore}
          </Title>
          <ScoreBreakdown row={row} />
        </section>
        <section>
          <Title order={2} mb="sm">
            Review
          </Title>
          <Review row={row} />
        </section>
      </Stack>
    </SidePanel>
  );
}

function What({ row }: { readonly row: ReviewRow }) {
  const { all: places } = usePharmacies();
  const pharmacy = pharmacyOf(places, row.pharmacyId);
  const { event } = row;
  const isSaid = (said: boolean, text: string) => (said ? text : null);
  const properties = [
    isSaid(event.isPrescription, 'On prescription') ?? 'Without prescription',
    isSaid(
      event.isControlledDrug,
      `Controlled${event.deaSchedule === null ? '' : ` (schedule ${event.deaSchedule.slice(1)})`}`,
    ),
    isSaid(event.isAntibiotic, `Antibiotic${event.awareClass === null ? '' : ` (${words(event.awareClass)})`}`),
    isSaid(!event.stgCompliant, 'Not in line with guidelines'),
    isSaid(event.overrideFlag, 'Warning overridden'),
  ].filter((each) => each !== null);
  return (
    <Facts
      facts={[
        ['State', <ReviewState key="state" row={row} />],
        ['Dispensed', instant(row.timestamp, pharmacy.timeZone)],
        ['Pharmacy', pharmacy.name],
        ['Age group', words(row.patientAgeGroup)],
        ['Generic name', event.genericName],
        ['Known of it', properties.join(', '), 'wide'],
      ]}
    />
  );
}

function Review({ row }: { readonly row: ReviewRow }) {
  const may = useMay();
  if (row.decision !== null) return <Decided row={row} />;
  if (may('reviewHighRiskAlert')) return <DecisionForm key={row.id} alertId={row.id} />;
  return (
    <Text size="sm" c="dimmed">
      It waits for a pharmacist.
    </Text>
  );
}

function Decided({ row }: { readonly row: ReviewRow }) {
  const { rows } = useReviewList();
  const { all: places } = usePharmacies();
  const { search } = useLocation();
  const next = rows.find(({ decision }) => decision === null);
  return (
    <Stack gap="sm">
      <Facts
        facts={[
          ['Decision', row.decision === null ? null : words(row.decision)],
          ['By', row.reviewedBy?.displayName],
          ['At', row.reviewedAt === null ? null : instant(row.reviewedAt, pharmacyOf(places, row.pharmacyId).timeZone)],
        ]}
      />
      <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
        {row.reviewNotes}
      </Text>
      {next !== undefined && (
        <Anchor component={Link} to={{ pathname: `/reviews/${next.id}`, search }} size="sm" fw={550}>
          Next one: {next.drugName}
        </Anchor>
      )}
    </Stack>
  );
}
