import { Fieldset, PasswordInput, SimpleGrid, Text, TextInput } from '@mantine/core';

/** As the API's WitnessInput has it. */
export interface Signature {
  readonly email: string;
  readonly password: string;
}

export interface WitnessFieldsProps {
  readonly legend?: string;
  /** Why somebody has to sign. */
  readonly children?: string;
  readonly value: Signature;
  readonly onChange: (value: Signature) => void;
}

export const noSignature: Signature = { email: '', password: '' };

/** Null where nobody has signed: then none is sent. */
export function signatureOf(value: Signature): Signature | null {
  return value.email.trim() === '' ? null : { email: value.email.trim(), password: value.password };
}

/** A second person at the same screen signs by their own password. It is sent once and kept nowhere. */
export function WitnessFields({ legend = 'Witness', children, value, onChange }: WitnessFieldsProps) {
  return (
    <Fieldset legend={legend} p="sm">
      {children !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          {children}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput
          label="Their e-mail"
          type="email"
          autoComplete="off"
          value={value.email}
          onChange={({ currentTarget }) => {
            onChange({ ...value, email: currentTarget.value });
          }}
        />
        <PasswordInput
          label="Their password or PIN"
          autoComplete="new-password"
          value={value.password}
          onChange={({ currentTarget }) => {
            onChange({ ...value, password: currentTarget.value });
          }}
        />
      </SimpleGrid>
    </Fieldset>
  );
}
