import type { ComponentType } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { hasOneOf, useMay, type Deed } from './access.ts';
import { pages, type Page } from './pages.ts';
import { NotFound, NotForYou, PageFailed } from './strayed.tsx';
import { usePerson } from './session.ts';
import { Shell } from './shell.tsx';

function routeOf(page: Page): RouteObject {
  return {
    path: page.path,
    ErrorBoundary: PageFailed,
    lazy: async () => {
      const Loaded = await page.load();
      return {
        Component: function Guarded() {
          const { roles } = usePerson();
          return hasOneOf(roles, page.roles) ? <Loaded /> : <NotForYou page={page} />;
        },
      };
    },
    children: (page.within ?? []).map((within) => ({
      path: within.path,
      lazy: async () => ({ Component: offered(await within.load(), within.deed, page.path) }),
    })),
  };
}

function offered(Loaded: ComponentType, deed: Deed | undefined, path: string): ComponentType {
  if (deed === undefined) return Loaded;
  return function Offered() {
    return useMay()(deed) ? <Loaded /> : <Navigate to={`/${path}`} replace />;
  };
}

/** The first page that this person may see. */
function Home() {
  const { roles } = usePerson();
  const first = pages.find((page) => hasOneOf(roles, page.roles));
  return first === undefined ? <NotFound /> : <Navigate to={`/${first.path}`} replace />;
}

export const router = createBrowserRouter([
  {
    Component: Shell,
    HydrateFallback: () => null,
    ErrorBoundary: PageFailed,
    children: [{ index: true, Component: Home }, ...pages.map(routeOf), { path: '*', Component: NotFound }],
  },
]);

/** The code of the page that was asked for is there, or is known not to come. */
export async function routerReady(): Promise<void> {
  if (router.state.initialized) return;
  await new Promise<void>((settle) => {
    const stop = router.subscribe(({ initialized }) => {
      if (!initialized) return;
      stop();
      settle();
    });
  });
}
