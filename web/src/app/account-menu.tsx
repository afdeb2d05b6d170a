import { Menu, Text } from '@mantine/core';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import type { ReactElement } from 'react';
import { words } from '../format/words.ts';
import { session, usePerson } from './session.ts';

/** Open as it comes: it is loaded by a press of this button. */
export function AccountMenu({ button }: { readonly button: ReactElement }) {
  const { displayName, email, roles } = usePerson();
  return (
    <Menu defaultOpened position="bottom-end" width={240} withinPortal>
      <Menu.Target>{button}</Menu.Target>
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
