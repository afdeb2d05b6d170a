import './app/mantine-styles.ts';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { startTransition, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProvider } from './api/api-context.tsx';
import { App } from './app/app.tsx';
import { FirstPaintOver } from './app/first-paint-over.tsx';
import { routerReady } from './app/router.tsx';
import { cssVariables, theme } from './app/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');

// What the server sent stands until the page's own code is there: nothing blank in between.
void routerReady().then(() => {
  // As a transition React draws in slices, between which the browser can answer a finger.
  startTransition(() => {
    createRoot(root).render(
      <StrictMode>
        <FirstPaintOver>
          <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
            <Notifications position="bottom-right" limit={4} />
            <ApiProvider>
              <App />
            </ApiProvider>
          </MantineProvider>
        </FirstPaintOver>
      </StrictMode>,
    );
  });
});
