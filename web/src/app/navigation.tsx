import { Badge } from '@mantine/core';
import { NavLink } from 'react-router';
import { hasOneOf } from './access.ts';
import { useAlertFeed } from './alert-feed.tsx';
import classes from './navigation.module.css';
import { groups, pages, type Page } from './pages.ts';
import { usePerson } from './session.ts';

/** The pages of this person's roles, by group. */
export function Navigation() {
  const { roles } = usePerson();
  const shown = pages.filter((page) => hasOneOf(roles, page.roles));
  return (
    <div className={classes.list}>
      {groups.map((group) => {
        const inGroup = shown.filter((page) => page.group === group);
        if (inGroup.length === 0) return null;
        return (
          <div key={group} role="group" aria-label={group}>
            {inGroup.length > 1 && (
              <p className={classes.group} aria-hidden>
                {group}
              </p>
            )}
            {inGroup.map((page) => (
              <PageLink key={page.path} page={page} />
            ))}
          </div>
        );
      })}
    </div>
  );
}

function PageLink({ page: { path, title, icon: Icon } }: { readonly page: Page }) {
  const { open } = useAlertFeed();
  return (
    <NavLink to={`/${path}`} className={classes.link ?? ''}>
      <Icon size={18} stroke={1.6} />
      <span>{title}</span>
      {path === 'alerts' && open !== null && open > 0 && (
        <Badge size="sm" variant="filled" color="red.9" aria-label={`${open} open`}>
          {open > 999 ? '999+' : open}
        </Badge>
      )}
    </NavLink>
  );
}
