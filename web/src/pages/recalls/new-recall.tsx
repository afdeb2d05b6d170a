/** Issues a recall by hand. It is grave, so it asks once more before anything is blocked. */
import { Alert, Select, SimpleGrid, Stack, TagsInput, TextInput, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSubmit } from '../../api/use-submit.ts';
import { given, needed } from '../../format/checks.ts';
import type { RecallClass } from '../../generated/graphql.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { FormFoot } from '../../parts/form-foot.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ProductSelect, type ProductChoice } from '../../parts/product-select.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { IssueRecall } from './recall-documents.ts';
import { recallClasses } from './recall-signs.tsx';

interface RecallValues {
  readonly product: ProductChoice | null;
  readonly lots: string[];
  readonly recallClass: RecallClass | null;
  readonly reference: string;
  readonly reason: string;
  readonly source: string;
}

const emptyRecall = (): RecallValues => ({
  product: null,
  lots: [],
  recallClass: null,
  reference: '',
  reason: '',
  source: '',
});

export function NewRecall() {
  const navigate = useNavigate();
  const draft = useDraftState('recall', emptyRecall);
  const { product, lots, recallClass, reference, reason, source } = draft.values;
  const [isChecked, setIsChecked] = useState(false);
  const [asks, setAsks] = useState(false);
  const { submit, isSending, refusal, clear } = useSubmit(IssueRecall);
  const problems = {
    product: product === null ? 'Of which product?' : null,
    recallClass: recallClass === null ? 'How grave is it?' : null,
    reference: needed(reference),
    reason: needed(reason),
  };
  const error = (name: keyof typeof problems) => (isChecked ? problems[name] : null);
  const field = (name: 'reference' | 'reason' | 'source') => ({
    value: draft.values[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => {
      draft.set({ [name]: value });
    },
  });

  const check = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (Object.values(problems).every((problem) => problem === null)) setAsks(true);
  };
  const send = async () => {
    if (product === null || recallClass === null) return;
    const done = await submit({
      productId: product.id,
      lotNumbers: lots,
      recallClass,
      reference: reference.trim(),
      reason: reason.trim(),
      source: given(source),
    });
    if (done === null) return;
    draft.drop();
    await navigate(`/recalls/${done.issueRecall.recall.id}`, { replace: true });
  };

  return (
    <>
      <BackLink to="/recalls">Recalls</BackLink>
      <PageHeader title="Issue a recall" description="It holds everywhere at once, also for what is delivered later." />
      <form onSubmit={check} noValidate className="lk-card" style={{ padding: 16, maxWidth: 640 }}>
        <Stack gap="sm">
          <ProductSelect
            required
            value={product}
            onChange={(next) => {
              draft.set({ product: next });
            }}
            error={error('product')}
          />
          <TagsInput
            label="Lot numbers"
            description="Enter after each. Case, spaces and hyphens do not matter."
            splitChars={[',', ';']}
            acceptValueOnBlur
            value={lots}
            onChange={(next) => {
              draft.set({ lots: next });
            }}
          />
          {lots.length === 0 && (
            <Alert variant="outline" color="orange">
              No lot number means every lot of the product, also those that come in later.
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <Select
              label="Class"
              required
              data={recallClasses.map(([value, word, meaning]) => ({ value, label: `${word}: ${meaning}` }))}
              value={recallClass}
              error={error('recallClass')}
              onChange={(value) => {
                draft.set({ recallClass: recallClasses.find(([each]) => each === value)?.[0] ?? null });
              }}
            />
            <TextInput
              label="Number"
              description="The manufacturer's or the authority's."
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              required
              error={error('reference')}
              {...field('reference')}
            />
          </SimpleGrid>
          <Textarea
            label="Why it is recalled"
            required
            autosize
            minRows={2}
            error={error('reason')}
            {...field('reason')}
          />
          <TextInput label="Who told of it" placeholder="Letter of the manufacturer" {...field('source')} />
          <FormFoot deed="Issue the recall…" isGrave onEmpty={draft.empty} />
        </Stack>
      </form>
      {asks && product !== null && (
        <Confirm
          title="Issue the recall"
          deed="Issue it"
          isGrave
          reason="none"
          isSending={isSending}
          refusal={refusal}
          onConfirm={() => void send()}
          onClose={() => {
            setAsks(false);
            clear();
          }}
        >
          {lots.length === 0 ? `Every lot of ${product.name}` : `Lot ${lots.join(', ')} of ${product.name}`} is blocked
          at every location: all units go into quarantine, reservations are released, open vials stop, and each location
          is told to acknowledge it.
        </Confirm>
      )}
    </>
  );
}
