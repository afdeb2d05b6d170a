import { ActionIcon, Group, NativeSelect, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import IconMoon from '@tabler/icons-react/icons/IconMoon';
import IconSun from '@tabler/icons-react/icons/IconSun';
import IconUser from '@tabler/icons-react/icons/IconUser';
import IconWifi from '@tabler/icons-react/icons/IconWifi';
import IconWifiOff from '@tabler/icons-react/icons/IconWifiOff';
import { lazy, Suspense, useState } from 'react';
import { useConnection } from './connection.ts';
import { usePlace } from './place.tsx';
import { usePerson } from './session.ts';

export function HeaderTools() {
  return (
    <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
      <PlacePicker />
      <ConnectionSign />
      <SchemeSwitch />
      <Account />
    </Group>
  );
}

/** The browser's own list: drawn at once, and what a thumb knows. */
function PlacePicker() {
  const { place, places, choose } = usePlace();
  if (places.length < 2) {
    return (
      <Text size="sm" truncate>
        {place?.name ?? 'No location'}
      </Text>
    );
  }
  return (
    <NativeSelect
      aria-label="Location"
      data={[{ value: '', label: 'All locations' }, ...places.map(({ id, name }) => ({ value: id, label: name }))]}
      value={place?.id ?? ''}
      onChange={({ currentTarget }) => {
        choose(currentTarget.value === '' ? null : currentTarget.value);
      }}
      size="sm"
      w={{ base: 148, sm: 220 }}
    />
  );
}

function ConnectionSign() {
  const state = useConnection();
  const label = { connecting: 'Connecting', live: 'Live: changes show at once', away: 'No connection' }[state];
  const Icon = state === 'away' ? IconWifiOff : IconWifi;
  const color = { connecting: 'gray', live: 'ink', away: 'red' }[state];
  return (
    <ActionIcon
      variant="subtle"
      color={color}
      size="lg"
      aria-label={label}
      title={label}
      data-connection-sign={state}
      visibleFrom="xs"
    >
      <Icon size={19} stroke={1.7} />
    </ActionIcon>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const Icon = other === 'dark' ? IconMoon : IconSun;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Show ${other}`}
      title={`Show ${other}`}
      onClick={() => {
        setColorScheme(other);
      }}
    >
      <Icon size={19} stroke={1.7} />
    </ActionIcon>
  );
}

const AccountMenu = lazy(async () => ({ default: (await import('./account-menu.tsx')).AccountMenu }));

/** Its menu is loaded when it is first asked for: menus float, and what that takes is much for the first paint. */
function Account() {
  const { displayName } = usePerson();
  const [isWanted, setIsWanted] = useState(false);
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`${displayName}: account`}
      aria-haspopup="menu"
      onClick={() => {
        setIsWanted(true);
      }}
    >
      <IconUser size={19} stroke={1.7} />
    </ActionIcon>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu button={button} />
    </Suspense>
  );
}
