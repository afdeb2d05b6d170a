/** What of the batch is spoken for: by whom, until when; released or handed out by whoever may. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useSubmit } from '../../api/use-submit.ts';
import { useMay } from '../../app/access.ts';
import { given } from '../../format/checks.ts';
import { instant } from '../../format/dates.ts';
import { amount } from '../../format/words.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { tellDone } from '../../parts/toast.ts';
import { FulfilReservation, ReleaseReservation } from './deed-documents.ts';
import type { StockDetail } from './detail-documents.ts';

type Reservation = StockDetail['reservations'][number];
type Deed = 'release' | 'fulfil';

/** What a transfer holds has no end; only its own steps give it out or back. */
const isOfTransfer = ({ reservedUntil }: Reservation) => reservedUntil.startsWith('9999');

export function Reservations({ stock }: { readonly stock: StockDetail }) {
  const may = useMay();
  const [wanted, setWanted] = useState<{ deed: Deed; reservation: Reservation } | null>(null);
  if (stock.reservations.length === 0) {
    return (
      <EmptyState title="Nothing is reserved">
        Units that are kept for somebody stay on the shelf, and nobody else can take them until their time is over.
      </EmptyState>
    );
  }
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Reservations">
      {stock.reservations.map((reservation) => (
        <Group component="li" key={reservation.id} className="lk-card" justify="space-between" gap="xs" px="sm" py={8}>
          <div style={{ flex: '1 1 220px', minWidth: 0 }}>
            <Text fw={550}>{amount(reservation.quantity, stock.product.stockUnit)}</Text>
            <Text size="xs" c="dimmed">
              {reservation.reservedBy.displayName}
              {isOfTransfer(reservation)
                ? ', for a transfer'
                : `, until ${instant(reservation.reservedUntil, stock.location.timeZone)}`}
            </Text>
            {reservation.reason !== null && <Text size="sm">{reservation.reason}</Text>}
          </div>
          {!isOfTransfer(reservation) && may('releaseReservation') && (
            <Group gap="xs">
              {(['release', 'fulfil'] as const).map((deed) => (
                <Button
                  key={deed}
                  size="compact-sm"
                  variant="default"
                  onClick={() => {
                    setWanted({ deed, reservation });
                  }}
                >
                  {words[deed].deed}
                </Button>
              ))}
            </Group>
          )}
        </Group>
      ))}
      {wanted !== null && (
        <End
          {...wanted}
          unit={stock.product.stockUnit}
          onClose={() => {
            setWanted(null);
          }}
        />
      )}
    </Stack>
  );
}

const words = {
  release: {
    deed: 'Release',
    title: 'Release the reservation',
    outcome: 'are free again.',
    done: 'The reservation is released',
  },
  fulfil: {
    deed: 'Sell',
    title: 'Sell what is reserved',
    outcome: 'leave the batch as a sale.',
    done: 'What was reserved is sold',
  },
} as const;

interface EndProps {
  readonly deed: Deed;
  readonly reservation: Reservation;
  readonly unit: string;
  readonly onClose: () => void;
}

function End({ deed, reservation, unit, onClose }: EndProps) {
  const release = useSubmit(ReleaseReservation);
  const fulfil = useSubmit(FulfilReservation);
  const { isSending, refusal } = deed === 'release' ? release : fulfil;
  const { title, outcome, done: told, deed: verb } = words[deed];
  const send = async (reason: string) => {
    const input = { reservationId: reservation.id, reason: given(reason) };
    const done = await (deed === 'release' ? release.submit(input) : fulfil.submit(input));
    if (done === null) return;
    tellDone(told, amount(reservation.quantity, unit));
    onClose();
  };
  return (
    <Confirm
      title={title}
      deed={verb}
      reason="optional"
      isSending={isSending}
      refusal={refusal}
      onConfirm={(reason) => void send(reason)}
      onClose={onClose}
    >
      {amount(reservation.quantity, unit)} {outcome}
    </Confirm>
  );
}
