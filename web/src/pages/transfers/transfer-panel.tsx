/** One transfer: who did what when, its lines, and the next step for whoever may take it. */
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
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
          <TransferSign status={transfer.status} />
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
  const isShipped = lines.some(({ shipped }) => shipped !== null);
  const isReceived = lines.some(({ received }) => received !== null);
  const figure = (text: string | null) => (text === null ? '–' : quantity(text));
  return (
    <Table.ScrollContainer minWidth={isReceived ? 520 : 320}>
      <Table aria-label="Lines" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Product and lot</Table.Th>
            <Table.Th ta="end">Asked</Table.Th>
            {isShipped && <Table.Th ta="end">Shipped</Table.Th>}
            {isReceived && (
              <>
                <Table.Th ta="end">Received</Table.Th>
                <Table.Th ta="end">Damaged</Table.Th>
                <Table.Th ta="end">Lost</Table.Th>
              </>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>
                {line.product.name} {line.lot.status === 'RECALLED' && <Sign tone="bad">Recalled</Sign>}
                <Text size="xs" c="dimmed">
                  Lot {line.lot.manufacturerLotNumber}
                  {line.lot.expiresOn === null ? '' : ` · ${day(line.lot.expiresOn)}`} · {line.product.stockUnit}
                </Text>
                {line.note !== null && <Text size="xs">{line.note}</Text>}
              </Table.Td>
              <Table.Td ta="end">{quantity(line.requested)}</Table.Td>
              {isShipped && <Table.Td ta="end">{figure(line.shipped)}</Table.Td>}
              {isReceived && (
                <>
                  <Table.Td ta="end">{figure(line.received)}</Table.Td>
                  <Table.Td ta="end">{bad(line.damaged)}</Table.Td>
                  <Table.Td ta="end">{bad(line.lost)}</Table.Td>
                </>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function bad(text: string | null) {
  if (text === null) return '–';
  return isZero(text) ? '0' : <strong style={{ color: 'var(--lk-bad)' }}>{quantity(text)}</strong>;
}
