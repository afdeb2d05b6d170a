import { Anchor, Box, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useMutation } from 'urql';
import { graphql } from '../api/graphql.ts';
import { refusalOf } from '../api/refusals.ts';
import { RefusalNote } from '../parts/refusal-note.tsx';
import { session, type SignedIn } from './session.ts';

const SignIn = graphql(`
  mutation SignIn($input: LoginInput!) {
    login(input: $input) {
      token
      expiresAt
      user {
        id
        displayName
        email
        roles
        locations {
          id
          code
          name
          kind
          timeZone
        }
      }
    }
  }
`);

/** The demo's people (README.md): offered where the address bar says that this is somebody's own machine. */
const demo = {
  password: 'lotkeeper-demo',
  roles: ['manager', 'pharmacist', 'provider', 'technician', 'admin', 'auditor', 'analyst'],
};
const isOwnMachine = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);

export function SignInPage() {
  return (
    <Box component="main" mih="100dvh" p="md" style={{ display: 'grid', placeItems: 'center' }}>
      <Paper withBorder radius="md" p="xl" w="100%" maw={400}>
        <Stack gap="lg">
          <Group gap="sm" wrap="nowrap">
            <img src="/favicon.svg" width={40} height={40} alt="" />
            <div>
              <Title order={1}>Lotkeeper</Title>
              <Text c="dimmed">Lot-tracked stock and dispensing</Text>
            </div>
          </Group>
          <SignInForm
            onSignedIn={(signedIn) => {
              session.signIn(signedIn);
            }}
          />
        </Stack>
      </Paper>
    </Box>
  );
}

export interface SignInFormProps {
  /** Who has to sign in again; anybody, where it is not given. */
  readonly email?: string;
  readonly onSignedIn: (signedIn: SignedIn) => void;
}

export function SignInForm({ email: known, onSignedIn }: SignInFormProps) {
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [{ fetching, error }, signIn] = useMutation(SignIn);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const { data } = await signIn({ input: { email: email.trim(), password } });
    if (data != null) onSignedIn(data.login);
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          readOnly={known !== undefined}
          value={email}
          onChange={({ currentTarget }) => {
            setEmail(currentTarget.value);
          }}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          data-autofocus={known !== undefined}
          value={password}
          onChange={({ currentTarget }) => {
            setPassword(currentTarget.value);
          }}
        />
        {error !== undefined && <RefusalNote refusal={signInRefusal(refusalOf(error))} />}
        <Button type="submit" loading={fetching} fullWidth>
          Sign in
        </Button>
        {known === undefined && isOwnMachine && (
          <DemoPeople
            onChoose={(role) => {
              setEmail(`${role}@demo.example`);
              setPassword(demo.password);
            }}
          />
        )}
      </Stack>
    </form>
  );
}

/** Here the general words for not being signed in would say what the person is just doing. */
function signInRefusal(refusal: ReturnType<typeof refusalOf>) {
  if (refusal.code !== 'UNAUTHENTICATED') return refusal;
  return { ...refusal, title: 'Not signed in', next: 'Check address and password, then try again.' };
}

function DemoPeople({ onChoose }: { readonly onChoose: (role: string) => void }) {
  return (
    <Text size="sm" c="dimmed" component="div">
      <Text size="sm" inherit mb={4}>
        In the demo, fill in as
      </Text>
      <Group gap="4px 12px">
        {demo.roles.map((role) => (
          <Anchor
            key={role}
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              onChoose(role);
            }}
          >
            {role}
          </Anchor>
        ))}
      </Group>
    </Text>
  );
}
