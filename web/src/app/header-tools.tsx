import {
  ActionIcon,
  Group,
  Menu,
  Select,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import IconMoon from '@tabler/icons-react/icons/IconMoon';
import IconSun from '@tabler/icons-react/icons/IconSun';
import IconUser from '@tabler/icons-react/icons/IconUser';
import IconWifi from '@tabler/icons-react/icons/IconWifi';
import IconWifiOff from '@tabler/icons-react/icons/IconWifiOff';
import { words } from '../format/words.ts';
import { useConnection } from './connection.ts';
import { usePlace } from './place.tsx';
import { session, usePerson } from './session.ts';

export function HeaderTools() {
  return (
    <Group gap={6} wrap="nowrap" style={{ minWidth: 0 }}>
      <PlacePicker />
      <ConnectionSign />
      <SchemeSwitch />
      <PersonMenu />
    </Group>
  );
}

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
    <Select
      aria-label="Location"
      data={[{ value: '', label: 'All locations' }, ...places.map(({ id, name }) => ({ value: id, label: name }))]}
      value={place?.id ?? ''}
      onChange={(id) => {
        choose(id === '' ? null : id);
      }}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ width: 'max-content', position: 'bottom-end' }}
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
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color={color}
        size="lg"
        aria-label={label}
        data-connection-sign={state}
        visibleFrom="xs"
      >
        <Icon size={19} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const Icon = other === 'dark' ? IconMoon : IconSun;
  return (
    <Tooltip label={`Show ${other}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Show ${other}`}
        onClick={() => {
          setColorScheme(other);
        }}
      >
        <Icon size={19} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}

function PersonMenu() {
  const { displayName, email, roles } = usePerson();
  return (
    <Menu position="bottom-end" width={240} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`${displayName}: account`}>
          <IconUser size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {displayName}
          </Text>
          <Text size="xs">{email}</Text>
          <Text size="xs">{roles.map(words).join(', ')}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={() => {
            session.signOut();
          }}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
