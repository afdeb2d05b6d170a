import { Badge, NavLink, ScrollArea, Text } from '@mantine/core';
import { NavLink as RouterLink } from 'react-router';
import { hasOneOf } from './access.ts';
import { useAlertFeed } from './alert-feed.tsx';
import { groups, pages, type Page } from './pages.ts';
import { usePerson } from './session.ts';

/** The pages of this person's roles, by group. */
export function Navigation() {
  const { roles } = usePerson();
  const shown = pages.filter((page) => hasOneOf(roles, page.roles));
  return (
    <ScrollArea type="hover" style={{ flex: 1 }} viewportProps={{ style: { paddingBottom: 12 } }}>
      {groups.map((group) => {
        const inGroup = shown.filter((page) => page.group === group);
        if (inGroup.length === 0) return null;
        return (
          <div key={group} role="group" aria-label={group}>
            {inGroup.length > 1 && (
              <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4} aria-hidden>
                {group}
              </Text>
            )}
            {inGroup.map((page) => (
              <PageLink key={page.path} page={page} />
            ))}
          </div>
        );
      })}
    </ScrollArea>
  );
}

function PageLink({ page: { path, title, icon: Icon } }: { readonly page: Page }) {
  const { open } = useAlertFeed();
  const badge =
    path === 'alerts' && open !== null && open > 0 ? (
      <Badge size="sm" variant="filled" color="red.9" aria-label={`${open} open`}>
        {open}
      </Badge>
    ) : undefined;
  return (
    <NavLink
      component={RouterLink}
      to={`/${path}`}
      label={title}
      leftSection={<Icon size={18} stroke={1.6} />}
      rightSection={badge}
      px="sm"
      py={7}
      style={{ borderRadius: 'var(--mantine-radius-sm)' }}
      className="lk-nav"
    />
  );
}
