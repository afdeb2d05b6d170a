/** A label for the batch: what a person reads, and a DataMatrix that a scanner reads back as product, expiry and lot. */
import { Button, Group, Modal, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { day } from '../../format/dates.ts';
import type { StockDetail } from './detail-documents.ts';
import classes from './label-print.module.css';

interface LabelProps {
  readonly stock: StockDetail;
  readonly onClose: () => void;
}

export function LabelPrint({ stock, onClose }: LabelProps) {
  const code = useCode(stock);
  const [copies, setCopies] = useState(1);
  return (
    <Modal opened title="Print label" onClose={onClose} closeButtonProps={{ 'aria-label': 'Close' }} size="sm">
      <Stack gap="md">
        {code === null ? <Skeleton height={96} data-loading /> : <Label stock={stock} code={code} />}
        {stock.product.gtin === null && (
          <Text size="sm" c="dimmed">
            The product has no GTIN, so the code holds our batch code: it is found by a scan here, not elsewhere.
          </Text>
        )}
        <Group justify="space-between" align="flex-end">
          <NativeSelect
            label="Copies"
            data={['1', '2', '4', '8', '12', '24']}
            value={String(copies)}
            onChange={({ currentTarget }) => {
              setCopies(Number(currentTarget.value));
            }}
          />
          <Button
            data-autofocus
            disabled={code === null}
            onClick={() => {
              print();
            }}
          >
            Print
          </Button>
        </Group>
      </Stack>
      {code !== null &&
        createPortal(
          <div className={classes.sheet} aria-hidden>
            {Array.from({ length: copies }, (_, copy) => (
              <Label key={copy} stock={stock} code={code} />
            ))}
          </div>,
          document.body,
        )}
    </Modal>
  );
}

function Label({ stock, code }: { readonly stock: StockDetail; readonly code: string }) {
  const { product, lot } = stock;
  return (
    <div className={classes.label} data-label>
      <img src={code} width={84} height={84} alt={`DataMatrix of lot ${lot.manufacturerLotNumber}`} />
      <div>
        <strong>{product.name}</strong>
        <span>LOT {lot.manufacturerLotNumber}</span>
        <span>EXP {lot.expiresOn === null ? '–' : day(lot.expiresOn)}</span>
        <span className={classes.batch}>{stock.batchCode}</span>
      </div>
    </div>
  );
}

/** As an image's address; null until the code that draws it is loaded. */
function useCode(stock: StockDetail): string | null {
  const text = gs1Text(stock);
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    const draw = async () => {
      const { datamatrix, drawingSVG, gs1datamatrix } = await import('bwip-js/browser');
      const svg =
        text === null
          ? datamatrix({ bcid: 'datamatrix', text: stock.batchCode, scale: 2 }, drawingSVG())
          : gs1datamatrix({ bcid: 'gs1datamatrix', text, scale: 2 }, drawingSVG());
      if (!isOver) setCode(`data:image/svg+xml,${encodeURIComponent(svg)}`);
    };
    void draw();
    return () => {
      isOver = true;
    };
  }, [text, stock.batchCode]);
  return code;
}

/** Null: without a GTIN it is no GS1 code. */
function gs1Text({ product, lot }: StockDetail): string | null {
  if (product.gtin === null) return null;
  const expiry = lot.expiresOn === null ? '' : `(17)${lot.expiresOn.slice(2).replaceAll('-', '')}`;
  const serial = lot.serialNumber === null ? '' : `(21)${lot.serialNumber}`;
  return `(01)${product.gtin.padStart(14, '0')}${expiry}(10)${lot.manufacturerLotNumber}${serial}`;
}
