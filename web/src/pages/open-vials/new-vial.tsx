/** Opens a vial: which product, where, of which batch (first expiry first out), mixed with what, and by which hours. */
import { Group, Radio, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSubmit } from '../../api/use-submit.ts';
import { hasOneOf } from '../../app/access.ts';
import { usePlace } from '../../app/place.tsx';
import { usePerson } from '../../app/session.ts';
import { given, needed, positive } from '../../format/checks.ts';
import { quantity } from '../../format/decimal.ts';
import type { StabilityRule } from '../../generated/graphql.ts';
import { FormFoot } from '../../parts/form-foot.tsx';
import { ProductSelect, type ProductChoice } from '../../parts/product-select.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { StockSelect, type StockChoice } from '../../parts/stock-select.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { noSignature, signatureOf, WitnessFields } from '../../parts/witness-fields.tsx';
import { useListReload } from '../../parts/list-context.ts';
import { NextBatch } from './next-batch.tsx';
import { OpenVial } from './vial-documents.ts';

interface WhichVial {
  readonly locationId: string | null;
  readonly product: ProductChoice | null;
}

export function NewVial() {
  const { place, places } = usePlace();
  const draft = useDraftState<WhichVial>('vial', () => ({ locationId: place?.id ?? null, product: null }));
  const { locationId, product } = draft.values;
  return (
    <SidePanel title="Open a vial" back="/open-vials" size={560}>
      <Stack gap="sm">
        {places.length > 1 && (
          <Select
            label="Location"
            required
            data={places.map(({ id, name }) => ({ value: id, label: name }))}
            value={locationId}
            onChange={(id) => {
              draft.set({ locationId: id });
            }}
          />
        )}
        <ProductSelect
          label="Product"
          description="What is drawn from more than once."
          required
          only={({ dosesPerStockUnit }) => dosesPerStockUnit !== null}
          value={product}
          onChange={(next) => {
            draft.set({ product: next });
          }}
        />
        {product !== null && locationId !== null && (
          <Opening
            key={`${product.id} ${locationId}`}
            product={product}
            locationId={locationId}
            onOpened={draft.drop}
          />
        )}
      </Stack>
    </SidePanel>
  );
}

interface OpeningProps {
  readonly product: ProductChoice;
  readonly locationId: string;
  readonly onOpened: () => void;
}

interface OpeningValues {
  readonly batch: StockChoice | null;
  readonly diluent: string;
  readonly diluentMl: string;
  readonly rule: StabilityRule;
}

function Opening({ product, locationId, onOpened }: OpeningProps) {
  const navigate = useNavigate();
  const reloadList = useListReload();
  const { roles } = usePerson();
  const draft = useDraftState<OpeningValues>(`vial.${product.id}.${locationId}`, () => ({
    batch: null,
    diluent: '',
    diluentMl: '',
    rule: product.labelStabilityHours === null ? 'POLICY' : 'LABEL',
  }));
  const { batch, diluent, diluentMl, rule } = draft.values;
  const [signature, setSignature] = useState(noSignature);
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(OpenVial);
  const mixes = product.requiresReconstitution;
  const problems = { diluent: mixes ? needed(diluent) : null, diluentMl: mixes ? positive(diluentMl) : null };
  const isBeyond = rule === 'POLICY' && (product.policyStabilityHours ?? 0) > (product.labelStabilityHours ?? 0);
  const needsAuthoriser = isBeyond && !hasOneOf(roles, ['PHARMACIST', 'MANAGER']);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (problems.diluent !== null || problems.diluentMl !== null) return;
    const done = await submit({
      ...(batch === null ? { productId: product.id, locationId } : { stockId: batch.id }),
      diluent: given(diluent),
      diluentMl: given(diluentMl),
      stabilityRule: rule,
      authoriser: needsAuthoriser ? signatureOf(signature) : null,
    });
    if (done === null) return;
    draft.drop();
    onOpened();
    void reloadList();
    await navigate(`/open-vials/${done.openVial.session.id}`, { replace: true, preventScrollReset: true });
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate aria-label="Open a vial">
      <Stack gap="sm">
        {batch === null && <NextBatch productId={product.id} locationId={locationId} />}
        <StockSelect
          label="Another batch"
          description="Only where the vial in your hand is not the one above."
          locationId={locationId}
          productId={product.id}
          availableOnly
          value={batch}
          onChange={(next) => {
            draft.set({ batch: next });
          }}
        />
        {mixes && (
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
            <TextInput
              label="Mixed with"
              placeholder="Sodium chloride 0.9 %"
              required
              value={diluent}
              error={isChecked ? problems.diluent : null}
              onChange={({ currentTarget }) => {
                draft.set({ diluent: currentTarget.value });
              }}
            />
            <QuantityInput
              label="How much of it"
              required
              unit="mL"
              value={diluentMl}
              error={isChecked ? problems.diluentMl : null}
              onChange={(text) => {
                draft.set({ diluentMl: text });
              }}
            />
          </SimpleGrid>
        )}
        <RuleChoice
          product={product}
          rule={rule}
          onChange={(next) => {
            draft.set({ rule: next });
          }}
        />
        {needsAuthoriser && (
          <WitnessFields legend="Authoriser" value={signature} onChange={setSignature}>
            That is longer than the label allows: a pharmacist or manager signs for it.
          </WitnessFields>
        )}
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <FormFoot deed="Open it" isSending={isSending} onEmpty={draft.empty} />
      </Stack>
    </form>
  );
}

interface RuleChoiceProps {
  readonly product: ProductChoice;
  readonly rule: StabilityRule;
  readonly onChange: (rule: StabilityRule) => void;
}

/** Both limits stay visible, whichever counts. */
function RuleChoice({ product, rule, onChange }: RuleChoiceProps) {
  const { labelStabilityHours: label, policyStabilityHours: policy } = product;
  return (
    <Radio.Group
      label="To be used within"
      value={rule}
      onChange={(value) => {
        onChange(value === 'POLICY' ? 'POLICY' : 'LABEL');
      }}
    >
      <Group gap="lg" mt={6}>
        <Radio
          value="LABEL"
          label={label === null ? 'The label says nothing' : `${hours(label)} by the label`}
          disabled={label === null}
        />
        <Radio
          value="POLICY"
          label={policy === null ? 'No hours of your own' : `${hours(policy)} by your policy`}
          disabled={policy === null}
        />
      </Group>
    </Radio.Group>
  );
}

const hours = (count: number): string => `${quantity(String(count))} h`;
