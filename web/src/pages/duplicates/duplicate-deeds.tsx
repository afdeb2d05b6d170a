import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../app/access.ts';
import { tellDone } from '../../parts/toast.ts';
import type { DuplicateRow } from './duplicate-documents.ts';
import { DismissForm } from './dismiss-form.tsx';
import { MergeForm } from './merge-form.tsx';
import { UnmergeForm } from './unmerge-form.tsx';

export interface DeedProps {
  readonly row: DuplicateRow;
  readonly onDone: (row: DuplicateRow, said: string) => void;
  readonly onClose: () => void;
}

type Deed = 'merge' | 'dismiss' | 'unmerge';

export interface DuplicateDeedsProps {
  readonly row: DuplicateRow;
  readonly onDone: (row: DuplicateRow) => void;
}

/** What may be decided of the pair as it stands. */
export function DuplicateDeeds({ row, onDone }: DuplicateDeedsProps) {
  const may = useMay();
  const [open, setOpen] = useState<Deed | null>(null);
  const isOffered = {
    merge: row.status === 'PENDING' && may('mergePatients'),
    dismiss: row.status === 'PENDING' && may('dismissDuplicate'),
    unmerge: row.status === 'MERGED' && may('unmergePatients'),
  };
  const props: DeedProps = {
    row,
    onClose() {
      setOpen(null);
    },
    onDone(changed, said) {
      setOpen(null);
      onDone(changed);
      tellDone(said, 'The decision is on record.');
    },
  };
  if (!Object.values(isOffered).includes(true)) return null;
  return (
    <>
      <Group gap="xs">
        {isOffered.merge && (
          <Offer
            label="Make one record"
            isPrimary
            onClick={() => {
              setOpen('merge');
            }}
          />
        )}
        {isOffered.dismiss && (
          <Offer
            label="They are two people"
            onClick={() => {
              setOpen('dismiss');
            }}
          />
        )}
        {isOffered.unmerge && (
          <Offer
            label="Take apart again"
            onClick={() => {
              setOpen('unmerge');
            }}
          />
        )}
      </Group>
      {open === 'merge' && <MergeForm {...props} />}
      {open === 'dismiss' && <DismissForm {...props} />}
      {open === 'unmerge' && <UnmergeForm {...props} />}
    </>
  );
}

interface OfferProps {
  readonly label: string;
  readonly isPrimary?: boolean;
  readonly onClick: () => void;
}

function Offer({ label, isPrimary = false, onClick }: OfferProps) {
  return (
    <Button variant={isPrimary ? 'filled' : 'default'} onClick={onClick}>
      {label}
    </Button>
  );
}
