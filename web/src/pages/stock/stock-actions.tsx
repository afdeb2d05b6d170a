/** What this person may do with the batch, in its state; nothing else is offered. */
import { Button, Group, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/icons/IconDots';
import { useState, type ComponentType } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../app/access.ts';
import { isZero } from '../../format/decimal.ts';
import { AdjustForm } from './adjust-form.tsx';
import type { StockDeedProps } from './deeds.ts';
import type { StockDetail } from './detail-documents.ts';
import { DispenseForm } from './dispense-form.tsx';
import { FactsForm } from './facts-form.tsx';
import { LabelPrint } from './label-print.tsx';
import { LotStatusForm } from './lot-status-form.tsx';
import { MoveBucketForm } from './move-bucket-form.tsx';
import { PlaceForm } from './place-form.tsx';
import { ReorderForm } from './reorder-form.tsx';
import { ReserveForm } from './reserve-form.tsx';
import { StatusForm } from './status-form.tsx';

const forms = {
  dispense: DispenseForm,
  reserve: ReserveForm,
  label: LabelPrint,
  place: PlaceForm,
  adjust: AdjustForm,
  move: MoveBucketForm,
  status: StatusForm,
  lot: LotStatusForm,
  facts: FactsForm,
  reorder: ReorderForm,
} satisfies Readonly<Record<string, ComponentType<StockDeedProps>>>;

type Deed = keyof typeof forms;

/** The rarer ones, in a menu. */
function useMore(stock: StockDetail): readonly (readonly [Deed, string])[] {
  const may = useMay();
  const { lot, onHand, status } = stock;
  const all: readonly (readonly [Deed, string, boolean])[] = [
    ['place', 'Put it elsewhere', may('moveStock')],
    ['adjust', 'Correct the quantity', may('adjustStock')],
    ['move', 'Quarantine, hold, set aside', may('moveBucket') && !isZero(onHand)],
    ['status', 'Change its state', may('changeStockStatus') && status !== 'CLOSED'],
    ['lot', 'Quarantine the lot', may('changeLotStatus') && lot.status === 'ACTIVE'],
    ['lot', 'Release the lot', may('changeLotStatus') && lot.status === 'QUARANTINED'],
    ['facts', 'Correct cost and facts', may('updateStock')],
    ['reorder', 'Reorder point and price', may('updateProduct')],
  ];
  return all.filter(([, , isOffered]) => isOffered).map(([deed, label]) => [deed, label]);
}

export function StockActions({ stock }: { readonly stock: StockDetail }) {
  const may = useMay();
  const [deed, setDeed] = useState<Deed | null>(null);
  const more = useMore(stock);
  const isFree = !isZero(stock.available);
  const Form = deed === null ? null : forms[deed];
  const opens = (next: Deed) => () => {
    setDeed(next);
  };
  return (
    <>
      <Group gap="xs">
        {may('dispense') && isFree && <Button onClick={opens('dispense')}>Dispense</Button>}
        {may('reserveStock') && isFree && (
          <Button variant="default" onClick={opens('reserve')}>
            Reserve
          </Button>
        )}
        {may('intake') && (
          <Button variant="default" component={Link} to={`/stock/intake?like=${stock.id}`}>
            Take in more
          </Button>
        )}
        <Button variant="default" onClick={opens('label')}>
          Print label
        </Button>
        {more.length > 0 && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="default" aria-label="More to do" px="xs">
                <IconDots size={18} stroke={1.7} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {more.map(([name, label]) => (
                <Menu.Item key={label} onClick={opens(name)}>
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {Form !== null && (
        <Form
          stock={stock}
          onClose={() => {
            setDeed(null);
          }}
        />
      )}
    </>
  );
}
