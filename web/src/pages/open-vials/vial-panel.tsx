import { Alert, Button, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { hasOneOf, patientReaders, useMay } from '../../app/access.ts';
import { usePerson } from '../../app/session.ts';
import { useMoney } from '../../app/settings.tsx';
import { instant } from '../../format/dates.ts';
import { quantity, share, times } from '../../format/decimal.ts';
import { words } from '../../format/words.ts';
import { Facts } from '../../parts/facts.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { useNow } from '../../parts/use-now.ts';
import { CloseVialForm } from './close-vial.tsx';
import { DosesBar, unitOf } from './doses-bar.tsx';
import { DrawForm } from './draw-form.tsx';
import { useListReload } from '../../parts/list-context.ts';
import { TimeLeft } from './time-left.tsx';
import { VialQuery, type Vial } from './vial-documents.ts';
import { VialSign } from './vial-sign.tsx';
import { VialUses } from './vial-uses.tsx';

export function VialPanel() {
  const { id = '' } = useParams();
  const { roles } = usePerson();
  const reloadList = useListReload();
  const [{ data, error }, ask] = useQuery({
    query: VialQuery,
    variables: { id, withNames: hasOneOf(roles, patientReaders) },
  });
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const vial = data?.openVial;
  return (
    <SidePanel title={vial?.product.name ?? 'Open vial'} back="/open-vials">
      {error !== undefined && vial === undefined && <RefusalNote refusal={refusalOf(error)} />}
      {vial === null && <Text>There is no such vial, or it is at a location that is not yours.</Text>}
      {vial != null && (
        <VialView
          vial={vial}
          onChanged={() => {
            read();
            void reloadList();
          }}
        />
      )}
    </SidePanel>
  );
}

function VialView({ vial, onChanged }: { readonly vial: Vial; readonly onChanged: () => void }) {
  const may = useMay();
  const now = useNow();
  const [isClosing, setIsClosing] = useState(false);
  const isOpen = vial.status === 'OPEN';
  const blocked = isOpen ? blockedBy(vial, now) : null;
  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" align="flex-start" mb="xs">
          <TimeLeft vial={vial} isLarge />
          <VialSign vial={vial} now={now} />
        </Group>
        <DosesBar vial={vial} isLarge />
      </div>
      {blocked !== null && (
        <Alert color="red" variant="outline" title={blocked}>
          Nobody draws from it any more. Close it: what is left is waste.
        </Alert>
      )}
      {isOpen && blocked === null && may('useVial') && (
        <section aria-label="Draw">
          <Title order={2} mb="xs">
            Draw for a patient
          </Title>
          <DrawForm vial={vial} onDrawn={onChanged} />
        </section>
      )}
      {isOpen && may('closeVial') && (
        <Group>
          <Button
            variant={blocked === null ? 'default' : 'filled'}
            onClick={() => {
              setIsClosing(true);
            }}
          >
            Close the vial…
          </Button>
        </Group>
      )}
      <Divider />
      <section aria-label="Uses">
        <Title order={2} mb="xs">
          Who had of it
        </Title>
        <VialUses vial={vial} onReversed={onChanged} />
      </section>
      <VialFacts vial={vial} />
      {isClosing && (
        <CloseVialForm
          vial={vial}
          onClosed={() => {
            setIsClosing(false);
            onChanged();
          }}
          onLeave={() => {
            setIsClosing(false);
          }}
        />
      )}
    </Stack>
  );
}

function blockedBy({ lot, expiresAt }: Vial, now: number): string | null {
  if (lot.status === 'RECALLED') return 'The lot is recalled';
  if (lot.status === 'QUARANTINED') return 'The lot is in quarantine';
  return Date.parse(expiresAt) <= now ? 'Its time is up' : null;
}

function VialFacts({ vial }: { readonly vial: Vial }) {
  const money = useMoney();
  const { timeZone } = vial.location;
  const at = (iso: string | null) => (iso === null ? null : instant(iso, timeZone));
  return (
    <Stack gap="md">
      <section aria-label="Money">
        <Title order={2} mb="xs">
          Cost and margin
        </Title>
        <Facts
          facts={[
            ['Charged', money.exact(vial.revenue)],
            ['Cost', money.exact(vial.cost)],
            ['Margin', money.exact(vial.margin)],
            [
              'Margin of the charge',
              vial.marginPercentage === null ? null : share(times(vial.marginPercentage, '0.01')),
            ],
            ['Waste', money.exact(vial.wasteCost)],
            ['Patients', String(vial.patientCount)],
            ['Cost per patient', money.exact(vial.costPerPatient)],
            ['With its waste', money.exact(vial.costPerPatientWithWaste)],
            [`Cost of 1 ${unitOf(vial)}`, money.exact(vial.costPerDose)],
          ]}
        />
      </section>
      <section aria-label="Vial">
        <Title order={2} mb="xs">
          The vial
        </Title>
        <Facts
          facts={[
            ['Lot', vial.lot.manufacturerLotNumber],
            ['Batch', vial.stock.batchCode, 'wide'],
            ['Location', vial.location.name],
            ['Opened', `${instant(vial.openedAt, timeZone)}, ${vial.openedBy.displayName}`, 'wide'],
            ['Rule', words(vial.stabilityRule)],
            ['By the label', at(vial.labelExpiresAt)],
            ['By your policy', at(vial.policyExpiresAt)],
            ['Signed for by', vial.authorisedBy?.displayName ?? null],
            ['Single patient', vial.singlePatient ? 'Yes' : null],
            [
              'Mixed with',
              vial.diluent === null ? null : `${quantity(vial.diluentMl ?? '0')} mL ${vial.diluent}`,
              'wide',
            ],
            [
              'Concentration',
              vial.concentrationPerMl === null ? null : `${quantity(vial.concentrationPerMl)} ${unitOf(vial)} / mL`,
            ],
          ]}
        />
      </section>
    </Stack>
  );
}
