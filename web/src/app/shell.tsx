import { AppShell, Burger, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { Navigation } from './navigation.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { HeaderTools } from './header-tools.tsx';

export function Shell() {
  const [isOpen, menu] = useDisclosure(false);
  const isWide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
  // Behind the button of a narrow screen it is drawn when it is first opened.
  const [wasOpened, setWasOpened] = useState(false);
  const { pathname } = useLocation();
  const page = pathname.split('/', 2)[1] ?? '';
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const { close } = menu;
  useEffect(() => {
    close();
    // Whoever reads by ear or goes by keyboard begins at the new page, not in the menu.
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [page, close]);

  return (
    <AppShell
      header={{ height: 'var(--lk-header)' }}
      navbar={{ width: 216, breakpoint: 'md', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'lg' }}
    >
      <a className="lk-skip" href="#main">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px={{ base: 'sm', sm: 'md' }} gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={() => {
                setWasOpened(true);
                menu.toggle();
              }}
              hiddenFrom="md"
              size="sm"
              aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
            />
            <UnstyledButton component={Link} to="/" aria-label="Lotkeeper, first page">
              <Group gap={8} wrap="nowrap">
                <img src="/favicon.svg" width={24} height={24} alt="" />
                <Text fw={600} size="lg" visibleFrom="sm">
                  Lotkeeper
                </Text>
              </Group>
            </UnstyledButton>
          </Group>
          <HeaderTools />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label="Pages" p="xs">
        {(isWide || wasOpened) && <Navigation />}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} ref={main}>
        <ConnectionLine />
        <Suspense>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <ScrollRestoration getKey={({ key, pathname }) => (key === 'default' ? pathname : key)} />
    </AppShell>
  );
}
