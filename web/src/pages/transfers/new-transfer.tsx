/** Asks for units: from where, to where, and what: a product, of which the first to expire are taken, or a batch. */
import { Button, Fieldset, Group, Select, Stack, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { useSubmit } from '../../api/use-submit.ts';
import { usePlace } from '../../app/place.tsx';
import { given, positive } from '../../format/checks.ts';
import { FormFoot } from '../../parts/form-foot.tsx';
import { useListReload } from '../../parts/list-context.ts';
import { ProductSelect, type ProductChoice } from '../../parts/product-select.tsx';
import { QuantityInput } from '../../parts/quantity-input.tsx';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { StockSelect, type StockChoice } from '../../parts/stock-select.tsx';
import { useDraftState } from '../../parts/use-draft.ts';
import { AllLocations, RequestTransfer } from './transfer-documents.ts';

interface Line {
  readonly key: string;
  readonly product: ProductChoice | null;
  readonly batch: StockChoice | null;
  readonly quantity: string;
}

interface TransferValues {
  readonly from: string | null;
  readonly to: string | null;
  readonly lines: readonly Line[];
  readonly reason: string;
}

const newLine = (): Line => ({ key: crypto.randomUUID(), product: null, batch: null, quantity: '' });

export function NewTransfer() {
  const navigate = useNavigate();
  const reloadList = useListReload();
  const { place, places } = usePlace();
  const [{ data }] = useQuery({ query: AllLocations, requestPolicy: 'cache-first' });
  const draft = useDraftState<TransferValues>('transfer', () => ({
    from: null,
    to: place?.id ?? null,
    lines: [newLine()],
    reason: '',
  }));
  const { from, to, lines, reason } = draft.values;
  const [isChecked, setIsChecked] = useState(false);
  const { submit, isSending, refusal } = useSubmit(RequestTransfer);
  const isOwn = (id: string | null) => places.some((each) => each.id === id);
  const options = (data?.allLocations ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const problem = wayProblem(from, to, isOwn);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (from === null || to === null || problem !== null || lines.some((line) => lineProblem(line) !== null)) return;
    const done = await submit({
      fromLocationId: from,
      toLocationId: to,
      reason: given(reason),
      lines: lines.map(({ product, batch, quantity }) =>
        batch === null ? { productId: product?.id ?? '', quantity } : { stockId: batch.id, quantity },
      ),
    });
    if (done === null) return;
    draft.drop();
    void reloadList();
    await navigate(`/transfers/${done.requestTransfer.transfer.id}`, { replace: true, preventScrollReset: true });
  };

  return (
    <SidePanel title="Ask for a transfer" back="/transfers" size={560}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Stack gap="sm">
          <Select
            label="From"
            required
            searchable
            data={options}
            value={from}
            onChange={(id) => {
              draft.set({ from: id });
            }}
          />
          <Select
            label="To"
            required
            searchable
            data={options}
            value={to}
            error={isChecked ? problem : null}
            onChange={(id) => {
              draft.set({ to: id });
            }}
          />
          {lines.map((line, index) => (
            <LineFields
              key={line.key}
              index={index}
              line={line}
              from={isOwn(from) ? from : null}
              isChecked={isChecked}
              onChange={(next) => {
                draft.set({ lines: lines.map((each) => (each.key === line.key ? next : each)) });
              }}
              onRemove={
                lines.length === 1
                  ? null
                  : () => {
                      draft.set({ lines: lines.filter(({ key }) => key !== line.key) });
                    }
              }
            />
          ))}
          <Group>
            <Button
              variant="subtle"
              size="compact-md"
              ml={-10}
              onClick={() => {
                draft.set({ lines: [...lines, newLine()] });
              }}
            >
              One more line
            </Button>
          </Group>
          <Textarea
            label="Why"
            autosize
            minRows={2}
            value={reason}
            onChange={({ currentTarget }) => {
              draft.set({ reason: currentTarget.value });
            }}
          />
          {refusal !== null && <RefusalNote refusal={refusal} />}
          <FormFoot deed="Ask for it" isSending={isSending} onEmpty={draft.empty} />
        </Stack>
      </form>
    </SidePanel>
  );
}

function wayProblem(from: string | null, to: string | null, isOwn: (id: string | null) => boolean): string | null {
  if (from === null || to === null) return 'From where, and to where?';
  if (from === to) return 'They are there already: choose two locations.';
  return isOwn(from) || isOwn(to) ? null : 'One of the two has to be yours.';
}

function lineProblem({ product, batch, quantity }: Line): string | null {
  return product === null && batch === null ? 'What is to be sent?' : positive(quantity);
}

interface LineFieldsProps {
  readonly index: number;
  readonly line: Line;
  /** The source where it is one's own: only then its batches are known. */
  readonly from: string | null;
  readonly isChecked: boolean;
  readonly onChange: (line: Line) => void;
  readonly onRemove: (() => void) | null;
}

function LineFields({ index, line, from, isChecked, onChange, onRemove }: LineFieldsProps) {
  const isNothing = line.product === null && line.batch === null;
  return (
    <Fieldset legend={`Line ${index + 1}`} p="sm">
      <Stack gap="xs">
        <ProductSelect
          required={line.batch === null}
          error={isChecked && isNothing ? 'What is to be sent?' : null}
          value={line.product}
          onChange={(product) => {
            onChange({ ...line, product, batch: null });
          }}
        />
        {from !== null && (
          <StockSelect
            label="Batch"
            description="Nothing: those that expire first."
            locationId={from}
            productId={line.product?.id ?? null}
            availableOnly
            value={line.batch}
            onChange={(batch) => {
              onChange({ ...line, batch });
            }}
          />
        )}
        <QuantityInput
          label="Quantity"
          required
          unit={line.batch?.product.stockUnit ?? line.product?.stockUnit}
          value={line.quantity}
          error={isChecked && !isNothing ? positive(line.quantity) : null}
          onChange={(quantity) => {
            onChange({ ...line, quantity });
          }}
        />
        {onRemove !== null && (
          <Group justify="flex-end">
            <Button variant="subtle" size="compact-sm" color="red.9" onClick={onRemove}>
              Leave this line out
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
