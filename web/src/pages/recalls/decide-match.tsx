import { MultiSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { useSubmit } from '../../api/use-submit.ts';
import { day } from '../../format/dates.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { DecideRecallMatch, LotsOfProduct, type Match } from './recall-documents.ts';

export interface DecideMatchProps {
  readonly match: Match;
  readonly confirms: boolean;
  readonly onDecided: () => void;
  readonly onClose: () => void;
}

export function DecideMatch({ match, confirms, onDecided, onClose }: DecideMatchProps) {
  const navigate = useNavigate();
  const [lotIds, setLotIds] = useState<string[]>([]);
  const { submit, isSending, refusal } = useSubmit(DecideRecallMatch);
  const namesLots = confirms && match.lot === null;
  const send = async (note: string) => {
    const done = await submit({
      matchId: match.id,
      confirm: confirms,
      lotIds: namesLots ? lotIds : null,
      note: note === '' ? null : note,
    });
    if (done === null) return;
    const { recall } = done.decideRecallMatch;
    if (recall === null) onDecided();
    else await navigate(`/recalls/${recall.id}`);
  };
  return (
    <Confirm
      title={confirms ? 'It concerns us' : 'Dismiss the notice'}
      deed={confirms ? 'Issue the recall' : 'Dismiss'}
      isGrave={confirms}
      reason={confirms ? 'optional' : 'needed'}
      reasonLabel={confirms ? 'Note' : 'Why it does not concern us'}
      isSending={isSending}
      refusal={refusal}
      onConfirm={(note) => void send(note)}
      onClose={onClose}
    >
      {confirms ? (
        <Text size="sm" mb={namesLots ? 'sm' : 0}>
          From then on not one unit of the lot leaves, at any location: all of it goes into quarantine, and who had of
          it is listed.
        </Text>
      ) : (
        'The notice leaves this list. It comes back only where it turns out to name the lot exactly.'
      )}
      {namesLots && match.product !== null && (
        <LotChoice productId={match.product.id} value={lotIds} onChange={setLotIds} />
      )}
    </Confirm>
  );
}

interface LotChoiceProps {
  readonly productId: string;
  readonly value: string[];
  readonly onChange: (ids: string[]) => void;
}

function LotChoice({ productId, value, onChange }: LotChoiceProps) {
  const [{ data }] = useQuery({ query: LotsOfProduct, variables: { productId } });
  return (
    <MultiSelect
      label="Which lots"
      description="The notice names none: read it, look at the packages, then choose."
      required
      searchable
      data={(data?.lots.nodes ?? []).map(({ id, manufacturerLotNumber, expiresOn }) => ({
        value: id,
        label: expiresOn === null ? manufacturerLotNumber : `${manufacturerLotNumber} (${day(expiresOn)})`,
      }))}
      value={value}
      onChange={onChange}
    />
  );
}
