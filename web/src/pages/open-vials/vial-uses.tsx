import { Button, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { useMay } from '../../app/access.ts';
import { useMoney } from '../../app/settings.tsx';
import { instant } from '../../format/dates.ts';
import { quantity } from '../../format/decimal.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { fullName } from '../../format/patient-name.ts';
import { Sign } from '../../parts/sign.tsx';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { unitOf } from './doses-bar.tsx';
import { doses } from './vial-columns.tsx';
import { ReverseVialUse, type Vial, type VialUse } from './vial-documents.ts';

/** Who had how much of it, what it cost and brought in; a wrong one is taken back once. */
export function VialUses({ vial, onReversed }: { readonly vial: Vial; readonly onReversed: () => void }) {
  const may = useMay();
  const money = useMoney();
  const [wrong, setWrong] = useState<VialUse | null>(null);
  const mayReverse = may('reverseVialUsage');
  if (vial.usages.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nobody has had anything of it yet.
      </Text>
    );
  }
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label="Uses" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Patient</Table.Th>
              <Table.Th ta="end">Drawn, {unitOf(vial)}</Table.Th>
              <Table.Th ta="end">Charge</Table.Th>
              <Table.Th ta="end">Cost</Table.Th>
              <Table.Th ta="end">With waste</Table.Th>
              <Table.Th ta="end">Margin</Table.Th>
              {mayReverse && <Table.Th aria-label="Take back" />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {vial.usages.map((use) => (
              <Table.Tr key={use.id}>
                <Table.Td>
                  {fullName(use.patient)} {use.reversedBy !== null && <Sign tone="calm">Taken back</Sign>}
                  {use.reverses !== null && <Sign tone="warn">Correction</Sign>}
                  <Text size="xs" c="dimmed">
                    {[instant(use.usedAt, vial.location.timeZone), use.provider.displayName, use.treatment, use.site]
                      .filter((part) => part !== null && part !== '')
                      .join(' · ')}
                  </Text>
                </Table.Td>
                <Table.Td ta="end">{quantity(use.doses)}</Table.Td>
                <Table.Td ta="end">{money.exact(use.charge)}</Table.Td>
                <Table.Td ta="end">{money.exact(use.cost)}</Table.Td>
                <Table.Td ta="end">{money.exact(use.costWithWaste)}</Table.Td>
                <Table.Td ta="end">{money.exact(use.margin)}</Table.Td>
                {mayReverse && (
                  <Table.Td ta="end">
                    {use.reverses === null && use.reversedBy === null && (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        aria-label={`Take back ${doses(use.doses, vial)} of ${fullName(use.patient)}`}
                        onClick={() => {
                          setWrong(use);
                        }}
                      >
                        Take back
                      </Button>
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {wrong !== null && (
        <TakeBack
          vial={vial}
          use={wrong}
          onDone={() => {
            setWrong(null);
            onReversed();
          }}
          onClose={() => {
            setWrong(null);
          }}
        />
      )}
    </>
  );
}

interface TakeBackProps {
  readonly vial: Vial;
  readonly use: VialUse;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function TakeBack({ vial, use, onDone, onClose }: TakeBackProps) {
  const { submit, isSending, refusal } = useSubmit(ReverseVialUse);
  const [signature, setSignature] = useState(noSignature);
  const send = async (reason: string) => {
    const done = await submit({ usageId: use.id, reason, witness: signatureOf(signature) });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title="Take a use back"
      deed="Take it back"
      reason="needed"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      {doses(use.doses, vial)} of {fullName(use.patient)} will be written back as an equal and opposite record, and the
      charge with it. While the vial may still be used the doses return to it; otherwise they become waste.
      {refusal?.code === 'WITNESS_REQUIRED' && (
        <WitnessFields value={signature} onChange={setSignature}>
          It is a controlled drug: a second person signs for the waste.
        </WitnessFields>
      )}
    </Confirm>
  );
}
