import { amount } from '../../format/words.ts';
import { List, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../../api/use-submit.ts';
import { duration } from '../../format/durations.ts';
import { quantity } from '../../format/decimal.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { celsius } from './celsius.ts';
import { AcknowledgeExcursion, type Excursion } from './cold-documents.ts';

export interface AcknowledgeThisProps {
  readonly excursion: Excursion;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Of a unit: that it is known, and what was done. Of a batch besides: whether it may be used. */
export function AcknowledgeThis({ excursion, onDone, onClose }: AcknowledgeThisProps) {
  const { kind, affectedStock, minutesOut, minCelsius, maxCelsius } = excursion;
  const isBatch = kind === 'CUMULATIVE';
  const [releases, setReleases] = useState(false);
  const { submit, isSending, refusal } = useSend(AcknowledgeExcursion);
  const send = async (comment: string) => {
    const done = await submit({ excursionId: excursion.id, comment, release: isBatch && releases });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title="Acknowledge the excursion"
      deed={releases ? 'Acknowledge and release' : 'Acknowledge'}
      reason="needed"
      reasonLabel="What happened, and what was done"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(comment) => void send(comment)}
      onClose={onClose}
    >
      <Text size="sm">
        {duration(minutesOut * 60_000)} out of limits, between {celsius(minCelsius)} and {celsius(maxCelsius)}.
      </Text>
      {affectedStock.length > 0 && (
        <List size="sm" my="xs">
          {affectedStock.slice(0, 12).map(({ id, product, lot, onHand, quarantine }) => (
            <List.Item key={id}>
              {product.name}, lot {lot.manufacturerLotNumber}: {amount(onHand, product.stockUnit)}, of these{' '}
              {quantity(quarantine)} in quarantine
            </List.Item>
          ))}
          {affectedStock.length > 12 && <List.Item>{affectedStock.length - 12} more</List.Item>}
        </List>
      )}
      {isBatch && (
        <Switch
          mt="sm"
          label="The batch may be used"
          description="Ask the manufacturer first. Otherwise it stays in quarantine, to be wasted."
          checked={releases}
          onChange={({ currentTarget }) => {
            setReleases(currentTarget.checked);
          }}
        />
      )}
    </Confirm>
  );
}
