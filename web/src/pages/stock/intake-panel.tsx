/**
 * A delivery is taken in. A scan, here or on the list, fills in what the code says; a draft outlives a reload of the tab.
 */
import { Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useApi } from '../../api/api-context.tsx';
import { refusalOf, type Refusal } from '../../api/refusals.ts';
import { useSubmit } from '../../api/use-submit.ts';
import { useMay } from '../../app/access.ts';
import { usePlace } from '../../app/place.tsx';
import { localDate } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FormFoot } from '../../parts/form-foot.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { tellDone } from '../../parts/toast.ts';
import { useDraft } from '../../parts/use-draft.ts';
import { Intake, IntakeLike, ParseForIntake } from './intake-documents.ts';
import { IntakeCost, IntakePlace, LotFields, ProductFields } from './intake-fields.tsx';
import {
  emptyIntake,
  filledByBatch,
  filledByScan,
  intakeChecks,
  intakeInput,
  type IntakeValues,
} from './intake-values.ts';

export function IntakePanel() {
  const may = useMay();
  return (
    <SidePanel title="Take in a delivery" back="/stock" own={['scan', 'like']} size={760}>
      {may('intake') ? (
        <IntakeForm />
      ) : (
        <EmptyState title="Deliveries are taken in by others">Managers, pharmacists and technicians do.</EmptyState>
      )}
    </SidePanel>
  );
}

function IntakeForm() {
  const { place, places } = usePlace();
  const first = place ?? places[0];
  const draft = useDraft<IntakeValues>('intake');
  const form = useForm<IntakeValues>({
    initialValues: draft.kept ?? emptyIntake(first?.id ?? '', localDate(new Date(), first?.timeZone)),
    validate: intakeChecks,
    onValuesChange: draft.keep,
  });
  const unreadable = useFilling(form.values, form.setValues);
  const { submit, isSending, refusal } = useSubmit(Intake);
  const navigate = useNavigate();

  const send = form.onSubmit(async (values) => {
    const done = await submit(intakeInput(values));
    if (done === null) return;
    draft.drop();
    const { stock, product } = done.intake;
    tellDone(
      `${amount(stock.onHand, stock.product.stockUnit)} of ${product.name} taken in`,
      `Batch ${stock.batchCode}`,
    );
    void navigate(`/stock/${stock.id}`);
  });

  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        <Text size="sm" c="dimmed">
          Scan the package to fill in product, lot, expiry and serial number.
        </Text>
        {unreadable !== null && <RefusalNote refusal={unreadable} />}
        <ProductFields form={form} />
        <LotFields form={form} />
        <IntakeCost form={form} />
        <IntakePlace form={form} />
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <FormFoot
          deed="Take in"
          isSending={isSending}
          onEmpty={() => {
            draft.drop();
            form.setValues(emptyIntake(form.values.locationId, localDate(new Date(), first?.timeZone)));
            form.clearErrors();
          }}
        />
      </Stack>
    </form>
  );
}

/** Fills the form from the address: what was scanned, or a batch of which there is more. Answers why it could not. */
function useFilling(values: IntakeValues, set: (values: IntakeValues) => void): Refusal | null {
  const { client } = useApi();
  const [params] = useSearchParams();
  const scan = params.get('scan');
  const like = params.get('like');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    let isOver = false;
    const fill = async () => {
      if (scan !== null) {
        const { data, error } = await client.query(ParseForIntake, { data: scan }).toPromise();
        if (isOver) return;
        setRefusal(error === undefined ? null : refusalOf(error));
        if (data !== undefined) set(filledByScan(values, scan, data.parseBarcode));
      } else if (like !== null) {
        const { data } = await client.query(IntakeLike, { id: like }).toPromise();
        if (!isOver && data?.stock != null) set(filledByBatch(values, data.stock));
      }
    };
    void fill();
    return () => {
      isOver = true;
    };
    // What is typed meanwhile does not fill it again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, scan, like]);
  return refusal;
}
