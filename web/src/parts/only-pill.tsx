import { Pill } from '@mantine/core';

export interface OnlyPillProps {
  /** "One lot only" */
  readonly name: string;
  readonly onRemove: () => void;
}

/** A filter that came with a link: it says that not all is shown, and is taken away by pointer or key. */
export function OnlyPill({ name, onRemove }: OnlyPillProps) {
  return (
    <Pill
      withRemoveButton
      removeButtonProps={{ 'aria-label': `${name}: show all`, 'aria-hidden': false, tabIndex: 0 }}
      onRemove={onRemove}
    >
      {name}
    </Pill>
  );
}
