/** One transfer: who did what when, its lines, and the next step for whoever may take it. */
import { unitOf } from '../../format/words.ts';
import { Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { refusalOf } from '../../api/refusals.ts';
import { useRefresh } from '../../api/use-refresh.ts';
import { useSubmit } from '../../api/use-submit.ts';
import { useMay } from '../../app/access.ts';
import { usePlace } from '../../app/place.tsx';
import { usePerson } from '../../app/session.ts';
import { day } from '../../format/dates.ts';
import { isZero, quantity } from '../../format/decimal.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { useListReload } from '../../parts/list-context.ts';
import { RefusalNote } from '../../parts/refusal-note.tsx';
import { Sign } from '../../parts/sign.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { ReceiveForm } from './receive-form.tsx';
import {
  ApproveTransfer,
  CancelTransfer,
  RejectTransfer,
  ShipTransfer,
  TransferQuery,
  type Transfer,
  type TransferLine,
} from './transfer-documents.ts';
import { TransferSign } from './transfer-sign.tsx';
import { TransferSteps } from './transfer-steps.tsx';

export function TransferPanel() {
  const { id = '' } = useParams();
  const reloadList = useListReload();
  const [{ data, error }, ask] = useQuery({ query: TransferQuery, variables: { id } });
  const read = () => {
    ask({ requestPolicy: 'network-only' });
  };
  useRefresh(read);
  const transfer = data?.transfer;
  return (
    <SidePanel title={transfer?.code ?? 'Transfer'} back="/transfers">
      {error !== undefined && transfer === undefined && <RefusalNote refusal={refusalOf(error)} />}
      {transfer === null && <Text>There is no such transfer, or neither end of it is yours.</Text>}
      {transfer != null && (
        <TransferView
          transfer={transfer}
          onChanged={() => {
            read();
            void reloadList();
          }}
        />
      )}
    </SidePanel>
  );
}

function TransferView({ transfer, onChanged }: { readonly transfer: Transfer; readonly onChanged: () => void }) {
  const may = useMay();
  const isHere = useIsHere();
  const receives = transfer.status === 'IN_TRANSIT' && may('receiveTransfer') && isHere(transfer.to.id);
  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={2}>
            {transfer.from.name} → {transfer.to.name}
          </Title>
          <Group gap={6} justify="flex-end">
            <TransferSign status={transfer.status} />
            {transfer.hasDiscrepancy && <Sign tone="bad">Differs</Sign>}
          </Group>
        </Group>
        {transfer.reason !== null && <Text c="dimmed">{transfer.reason}</Text>}
      </div>
      <Steps transfer={transfer} onChanged={onChanged} />
      {receives ? <ReceiveForm transfer={transfer} onReceived={onChanged} /> : <Lines lines={transfer.lines} />}
      <TransferSteps transfer={transfer} />
    </Stack>
  );
}

function useIsHere(): (locationId: string) => boolean {
  const { places } = usePlace();
  return (locationId) => places.some(({ id }) => id === locationId);
}

type Deed = 'approve' | 'reject' | 'ship' | 'cancel';

const deeds = {
  approve: { document: ApproveTransfer, title: 'Approve', isGrave: false, reason: 'none' },
  reject: { document: RejectTransfer, title: 'Reject', isGrave: true, reason: 'needed' },
  ship: { document: ShipTransfer, title: 'Ship', isGrave: false, reason: 'none' },
  cancel: { document: CancelTransfer, title: 'Cancel the transfer', isGrave: true, reason: 'optional' },
} as const;

const consequences: Readonly<Record<Deed, string>> = {
  approve: 'The units are kept at the source until they are shipped; nobody else can take them.',
  reject: 'The request ends here. Whoever asked sees why.',
  ship: 'The units leave the source now, with their cost. Check lot numbers and quantities on the box first.',
  cancel: 'What was kept for it is free again.',
};

/** The one who asked does not approve; the steps of an end are for who works there. */
function Steps({ transfer, onChanged }: { readonly transfer: Transfer; readonly onChanged: () => void }) {
  const may = useMay();
  const isHere = useIsHere();
  const { id, roles } = usePerson();
  const [deed, setDeed] = useState<Deed | null>(null);
  const { status, from, to, requestedBy } = transfer;
  const isOwn = requestedBy.id === id;
  const decides = status === 'REQUESTED' && isHere(from.id);
  const isBefore = status === 'REQUESTED' || status === 'APPROVED';
  const cancels = isOwn || (roles.includes('MANAGER') && (isHere(from.id) || isHere(to.id)));
  const offered: readonly (readonly [Deed, boolean])[] = [
    ['approve', decides && may('approveTransfer') && !isOwn],
    ['reject', decides && may('rejectTransfer')],
    ['ship', status === 'APPROVED' && may('shipTransfer') && isHere(from.id)],
    ['cancel', isBefore && may('cancelTransfer') && cancels],
  ];
  const own = offered.filter(([, isOffered]) => isOffered);
  return (
    <>
      {own.length > 0 && (
        <Group gap="xs">
          {own.map(([each], index) => (
            <Button
              key={each}
              variant={index === 0 && each !== 'cancel' ? 'filled' : 'default'}
              onClick={() => {
                setDeed(each);
              }}
            >
              {deeds[each].title}
            </Button>
          ))}
        </Group>
      )}
      {decides && may('approveTransfer') && isOwn && (
        <Text size="sm">You asked for it: another manager of {from.name} approves it.</Text>
      )}
      {deed !== null && (
        <Step
          key={deed}
          deed={deed}
          transfer={transfer}
          onDone={() => {
            setDeed(null);
            onChanged();
          }}
          onClose={() => {
            setDeed(null);
          }}
        />
      )}
    </>
  );
}

interface StepProps {
  readonly deed: Deed;
  readonly transfer: Transfer;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function Step({ deed, transfer, onDone, onClose }: StepProps) {
  const { document, title, isGrave, reason } = deeds[deed];
  const { submit, isSending, refusal } = useSubmit<
    unknown,
    { idempotencyKey: string; transferId: string; reason: string | null }
  >(document);
  const send = async (why: string) => {
    const done = await submit({ transferId: transfer.id, reason: why === '' ? null : why });
    if (done !== null) onDone();
  };
  return (
    <Confirm
      title={`${title}: ${transfer.code}`}
      deed={title}
      isGrave={isGrave}
      reason={reason}
      isSending={isSending}
      refusal={refusal}
      onConfirm={(why) => void send(why)}
      onClose={onClose}
    >
      {consequences[deed]}
    </Confirm>
  );
}

function Lines({ lines }: { readonly lines: readonly TransferLine[] }) {
  return (
    <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Lines">
      {lines.map((line) => (
        <Box component="li" key={line.id} className="lk-card" p="sm">
          <Text fw={550}>
            {line.product.name} {line.lot.status === 'RECALLED' && <Sign tone="bad">Recalled</Sign>}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            Lot {line.lot.manufacturerLotNumber}
            {line.lot.expiresOn === null ? '' : ` · ${day(line.lot.expiresOn)}`}
          </Text>
          <Group gap="4px 20px" className="lk-numbers">
            <Figure name="Asked for" figure={line.requested} unit={line.product.stockUnit} />
            <Figure name="Shipped" figure={line.shipped} />
            <Figure name="Received" figure={line.received} />
            <Figure name="Damaged" figure={line.damaged} isBad />
            <Figure name="Lost" figure={line.lost} isBad />
          </Group>
          {line.note !== null && (
            <Text size="sm" mt={6}>
              {line.note}
            </Text>
          )}
        </Box>
      ))}
    </Stack>
  );
}

interface FigureProps {
  readonly name: string;
  readonly figure: string | null;
  readonly unit?: string;
  /** More than nothing of it is something to look at. */
  readonly isBad?: boolean;
}

function Figure({ name, figure, unit, isBad = false }: FigureProps) {
  if (figure === null) return null;
  return (
    <Text size="sm" component="span">
      <Text size="sm" component="span" c="dimmed">
        {name}{' '}
      </Text>
      <strong style={isBad && !isZero(figure) ? { color: 'var(--lk-bad)' } : undefined}>{quantity(figure)}</strong>
      {unit !== undefined && ` ${unitOf(figure, unit)}`}
    </Text>
  );
}
