import { lazy, Suspense, useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { AlertFeedProvider } from './alert-feed.tsx';
import { PlaceProvider } from './place.tsx';
import { router } from './router.tsx';
import { useSession } from './session.ts';
import { SettingsProvider } from './settings.tsx';
import { SignInPage } from './sign-in.tsx';

const loadSignInAgain = async () => ({ default: (await import('./sign-in-again.tsx')).SignInAgain });
const SignInAgain = lazy(loadSignInAgain);
const quietAfterMs = 5_000;

export function App() {
  const { signedIn, hasExpired } = useSession();
  // There before it is needed: by then the server may have a newer build, without this one's files.
  useEffect(() => {
    const timer = setTimeout(() => void loadSignInAgain(), quietAfterMs);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  if (signedIn === null) return <SignInPage />;
  return (
    <PlaceProvider key={signedIn.user.id}>
      <SettingsProvider>
        <AlertFeedProvider>
          <RouterProvider router={router} />
        </AlertFeedProvider>
      </SettingsProvider>
      {hasExpired && (
        <Suspense>
          <SignInAgain email={signedIn.user.email} />
        </Suspense>
      )}
    </PlaceProvider>
  );
}
