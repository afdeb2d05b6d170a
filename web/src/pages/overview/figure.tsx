import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './figure.module.css';

export interface FigureProps {
  readonly name: string;
  readonly note?: string | undefined;
  readonly tone?: 'plain' | 'warn' | 'bad';
  /** Where more of it stands. */
  readonly to?: string;
  readonly children: ReactNode;
}

export function Figure({ name, note, tone = 'plain', to, children }: FigureProps) {
  const content = (
    <>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text className={classes.value} component="p" m={0} data-figure={name}>
        {children}
      </Text>
      {note !== undefined && (
        <Text size="xs" className={classes.note} data-tone={tone}>
          {note}
        </Text>
      )}
    </>
  );
  const className = `lk-card ${classes.figure ?? ''}`;
  if (to === undefined) {
    return (
      <div className={className} data-tone={tone}>
        {content}
      </div>
    );
  }
  return (
    <Link to={to} className={className} data-tone={tone}>
      {content}
    </Link>
  );
}
