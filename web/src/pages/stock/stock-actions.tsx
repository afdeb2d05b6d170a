/** What this person may do with the batch, in its state; nothing else is offered. */
import { Button, Group, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/icons/IconDots';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../app/access.ts';
import { isZero } from '../../format/decimal.ts';
import { AdjustForm } from './adjust-form.tsx';
import type { StockDetail } from './detail-documents.ts';
import { DispenseForm } from './dispense-form.tsx';
import { LabelPrint } from './label-print.tsx';
import { MoveBucketForm } from './move-bucket-form.tsx';
import { StatusForm } from './status-form.tsx';

type Deed = 'dispense' | 'adjust' | 'move' | 'status' | 'label';

export function StockActions({ stock }: { readonly stock: StockDetail }) {
  const may = useMay();
  const [deed, setDeed] = useState<Deed | null>(null);
  const close = () => {
    setDeed(null);
  };
  const others = [
    ['adjust', 'Correct the quantity', may('adjustStock')],
    ['move', 'Quarantine, hold, set aside', may('moveBucket') && !isZero(stock.onHand)],
    ['status', 'Change its state', may('changeStockStatus')],
  ] as const;
  const offered = others.filter(([, , isOffered]) => isOffered);
  return (
    <>
      <Group gap="xs">
        {may('dispense') && !isZero(stock.available) && (
          <Button
            onClick={() => {
              setDeed('dispense');
            }}
          >
            Dispense
          </Button>
        )}
        {may('intake') && (
          <Button variant="default" component={Link} to={`/stock/intake?like=${stock.id}`}>
            Take in more
          </Button>
        )}
        <Button
          variant="default"
          onClick={() => {
            setDeed('label');
          }}
        >
          Print label
        </Button>
        {offered.length > 0 && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="default" aria-label="More to do" px="xs">
                <IconDots size={18} stroke={1.7} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {offered.map(([name, label]) => (
                <Menu.Item
                  key={name}
                  onClick={() => {
                    setDeed(name);
                  }}
                >
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {deed === 'dispense' && <DispenseForm stock={stock} onClose={close} />}
      {deed === 'adjust' && <AdjustForm stock={stock} onClose={close} />}
      {deed === 'move' && <MoveBucketForm stock={stock} onClose={close} />}
      {deed === 'status' && <StatusForm stock={stock} onClose={close} />}
      {deed === 'label' && <LabelPrint stock={stock} onClose={close} />}
    </>
  );
}
