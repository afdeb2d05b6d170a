import { Modal, Text } from '@mantine/core';
import { session } from './session.ts';
import { SignInForm } from './sign-in.tsx';

/** Over the page, which stays as it is: nothing typed is lost. */
export function SignInAgain({ email }: { readonly email: string }) {
  return (
    <Modal
      opened
      centered
      title="Sign in again"
      closeOnClickOutside={false}
      closeOnEscape={false}
      closeButtonProps={{ 'aria-label': 'Sign out' }}
      onClose={() => {
        session.signOut();
      }}
    >
      <Text size="sm" c="dimmed" mb="md">
        Your time is up. What you typed is kept while you sign in; closing this signs you out.
      </Text>
      <SignInForm
        email={email}
        onSignedIn={(signedIn) => {
          session.signIn(signedIn);
        }}
      />
    </Modal>
  );
}
