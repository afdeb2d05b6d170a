import { Modal, Text } from '@mantine/core';
import { RouterProvider } from 'react-router/dom';
import { AlertFeedProvider } from './alert-feed.tsx';
import { PlaceProvider } from './place.tsx';
import { router } from './router.tsx';
import { session, useSession } from './session.ts';
import { SettingsProvider } from './settings.tsx';
import { SignInForm, SignInPage } from './sign-in.tsx';

export function App() {
  const { signedIn, hasExpired } = useSession();
  if (signedIn === null) return <SignInPage />;
  return (
    <PlaceProvider key={signedIn.user.id}>
      <SettingsProvider>
        <AlertFeedProvider>
          <RouterProvider router={router} />
        </AlertFeedProvider>
      </SettingsProvider>
      {hasExpired && <SignInAgain email={signedIn.user.email} />}
    </PlaceProvider>
  );
}

/** Over the page, which stays as it is: nothing typed is lost. */
function SignInAgain({ email }: { readonly email: string }) {
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
