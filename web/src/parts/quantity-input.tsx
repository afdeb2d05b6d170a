import { TextInput, type TextInputProps } from '@mantine/core';

export interface QuantityInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'type'> {
  /** Optional for a form's `getInputProps`, which always gives it. */
  readonly value?: string;
  readonly onChange: (value: string) => void;
  /** What it counts: "vial", "USD". */
  readonly unit?: string | undefined;
}

/** An exact decimal as text: never a number of the browser's. A comma is taken as the decimal sign that it is meant as. */
export function QuantityInput({ value, onChange, unit, ...rest }: QuantityInputProps) {
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      rightSection={unit === undefined ? undefined : <span style={{ whiteSpace: 'nowrap' }}>{unit}</span>}
      rightSectionWidth={unit === undefined ? undefined : Math.max(36, unit.length * 8 + 20)}
      rightSectionPointerEvents="none"
      styles={{ section: { color: 'var(--mantine-color-dimmed)', fontSize: 'var(--mantine-font-size-sm)' } }}
      {...rest}
      value={value ?? ''}
      onChange={({ currentTarget }) => {
        onChange(currentTarget.value.replace(',', '.').trim());
      }}
    />
  );
}
