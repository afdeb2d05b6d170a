/** An exact amount for one patient. What remains afterwards is told while one types; whether it may be, the API decides. */
import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { hasOneOf } from '../../app/access.ts';
import { usePerson } from '../../app/session.ts';
import { useMoney } from '../../app/settings.tsx';
import { given, optional, positive, zeroOrMore } from '../../format/checks.ts';
import { compare, minus } from '../../format/decimal.ts';
import { PatientSelect } from '../../parts/patient-select.tsx';
import { ProviderSelect } from '../../parts/provider-select.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { unitOf } from './doses-bar.tsx';
import { doses as dosesOf } from './vial-columns.tsx';
import { tellDone } from '../../parts/toast.ts';
import { DrawFromVial, type Vial } from './vial-documents.ts';

const empty = { doses: '', charge: '', treatment: '', site: '' };

export interface DrawFormProps {
  readonly vial: Vial;
  readonly onDrawn: () => void;
}

export function DrawForm({ vial, onDrawn }: DrawFormProps) {
  const { id: personId, roles } = usePerson();
  const { currency } = useMoney();
  const treats = hasOneOf(roles, ['PROVIDER']);
  const [patientId, setPatientId] = useState<string | null>(null);
  const [providerId, setProviderId] = useState<string | null>(treats ? personId : null);
  const [typed, setTyped] = useState(empty);
  const [signature, setSignature] = useState(noSignature);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(DrawFromVial);
  const needsAuthoriser = useNeedsAuthoriser(vial, patientId) || refusal?.code === 'AUTHORISER_REQUIRED';
  const set = (name: keyof typeof empty) => (value: string) => {
    setTyped((before) => ({ ...before, [name]: value }));
  };
  const problems = {
    patient: patientId === null ? 'Who gets it?' : null,
    provider: providerId === null ? 'Who treats?' : null,
    doses: positive(typed.doses),
    charge: optional(zeroOrMore)(typed.charge),
  };

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (patientId === null || Object.values(problems).some((problem) => problem !== null)) return;
    const done = await submit({
      sessionId: vial.id,
      patientId,
      providerId,
      doses: typed.doses,
      charge: given(typed.charge),
      treatment: given(typed.treatment),
      site: given(typed.site),
      authoriser: signatureOf(signature),
    });
    if (done === null) return;
    tellDone(`${dosesOf(typed.doses, vial)} drawn`, `${vial.product.name}, lot ${vial.lot.manufacturerLotNumber}`);
    setPatientId(null);
    setTyped(empty);
    setSignature(noSignature);
    setIsChecked(false);
    onDrawn();
  };

  const error = (name: keyof typeof problems) => (isChecked ? problems[name] : null);
  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label="Draw for a patient">
      <Stack gap="sm">
        <PatientSelect required value={patientId} onChange={setPatientId} error={error('patient')} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <QuantityInput
            label="Draw"
            required
            size="md"
            unit={unitOf(vial)}
            value={typed.doses}
            onChange={set('doses')}
            error={error('doses')}
            description={<Remaining vial={vial} doses={typed.doses} />}
          />
          <QuantityInput
            label="Charge"
            size="md"
            unit={currency}
            value={typed.charge}
            onChange={set('charge')}
            error={error('charge')}
            description="What the patient pays, if anything."
          />
          <TextInput
            label="Treatment"
            value={typed.treatment}
            onChange={({ currentTarget }) => {
              set('treatment')(currentTarget.value);
            }}
          />
          <TextInput
            label="Site"
            placeholder="Where on the body"
            value={typed.site}
            onChange={({ currentTarget }) => {
              set('site')(currentTarget.value);
            }}
          />
        </SimpleGrid>
        {!treats && (
          <ProviderSelect
            locationId={vial.location.id}
            value={providerId}
            onChange={setProviderId}
            error={error('provider')}
          />
        )}
        {needsAuthoriser && (
          <WitnessFields legend="Authoriser" value={signature} onChange={setSignature}>
            The label says one patient. A pharmacist or manager has to sign for a second one.
          </WitnessFields>
        )}
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isSending} size="md">
            Draw
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody else has had of it, the label says one patient, and whoever draws is nobody who may sign for it. */
function useNeedsAuthoriser(vial: Vial, patientId: string | null): boolean {
  const { roles } = usePerson();
  if (!vial.singlePatient || patientId === null || hasOneOf(roles, ['PHARMACIST', 'MANAGER'])) return false;
  return vial.usages.some((use) => use.reverses === null && use.reversedBy === null && use.patient.id !== patientId);
}

function Remaining({ vial, doses }: { readonly vial: Vial; readonly doses: string }) {
  const isAmount = positive(doses) === null;
  const isTooMuch = isAmount && compare(doses, vial.remainingDoses) > 0;
  if (isTooMuch) {
    return (
      <Text component="span" inherit style={{ color: 'var(--lk-warn)' }}>
        {dosesOf(minus(doses, vial.remainingDoses), vial)} more than the {dosesOf(vial.remainingDoses, vial)} that
        remain.
      </Text>
    );
  }
  if (!isAmount) return <>{dosesOf(vial.remainingDoses, vial)} remain.</>;
  return <>{dosesOf(minus(vial.remainingDoses, doses), vial)} will remain.</>;
}
