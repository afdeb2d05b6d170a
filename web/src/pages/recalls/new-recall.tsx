/** Issues a recall by hand. It is grave, so it asks once more before anything is blocked. */
import { Alert, Button, Group, Select, SimpleGrid, Stack, TagsInput, TextInput, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSubmit } from '../../api/use-submit.ts';
import { given, needed } from '../../format/checks.ts';
import type { RecallClass } from '../../generated/graphql.ts';
import { BackLink } from '../../parts/back-link.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ProductSelect, type ProductChoice } from '../../parts/product-select.tsx';
import { IssueRecall } from './recall-documents.ts';
import { recallClasses } from './recall-signs.tsx';

const empty = { reference: '', reason: '', source: '' };

export function NewRecall() {
  const navigate = useNavigate();
  const [product, setProduct] = useState<ProductChoice | null>(null);
  const [lots, setLots] = useState<string[]>([]);
  const [recallClass, setRecallClass] = useState<RecallClass | null>(null);
  const [typed, setTyped] = useState(empty);
  const [isChecked, setIsChecked] = useState(false);
  const [asks, setAsks] = useState(false);
  const { submit, isSending, refusal, clear } = useSubmit(IssueRecall);
  const problems = {
    product: product === null ? 'Of which product?' : null,
    recallClass: recallClass === null ? 'How grave is it?' : null,
    reference: needed(typed.reference),
    reason: needed(typed.reason),
  };
  const error = (name: keyof typeof problems) => (isChecked ? problems[name] : null);
  const field = (name: keyof typeof empty) => ({
    value: typed[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => {
      setTyped((before) => ({ ...before, [name]: value }));
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
      reference: typed.reference.trim(),
      reason: typed.reason.trim(),
      source: given(typed.source),
    });
    if (done !== null) await navigate(`/recalls/${done.issueRecall.recall.id}`, { replace: true });
  };

  return (
    <>
      <BackLink to="/recalls">Recalls</BackLink>
      <PageHeader title="Issue a recall" description="It holds everywhere at once, also for what is delivered later." />
      <form onSubmit={check} noValidate className="lk-card" style={{ padding: 16, maxWidth: 640 }}>
        <Stack gap="sm">
          <ProductSelect required value={product} onChange={setProduct} error={error('product')} />
          <TagsInput
            label="Lot numbers"
            description="Enter after each. Case, spaces and hyphens do not matter."
            splitChars={[',', ';']}
            acceptValueOnBlur
            value={lots}
            onChange={setLots}
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
                setRecallClass(recallClasses.find(([each]) => each === value)?.[0] ?? null);
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
          <Group justify="flex-end">
            <Button type="submit" color="red.9">
              Issue the recall…
            </Button>
          </Group>
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
