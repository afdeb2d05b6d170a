import { Group, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

export interface SectionCardProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** Right of the heading: a legend, a quiet action. */
  readonly aside?: ReactNode;
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

/** One chart or one part of a page, under a heading of its own. */
export function SectionCard({ title, description, aside, isBusy = false, children }: SectionCardProps) {
  const id = useId();
  return (
    <section className="lk-card" aria-labelledby={id} aria-busy={isBusy} style={{ padding: 16, minWidth: 0 }}>
      <Group justify="space-between" align="flex-start" gap="xs" mb="sm">
        <div style={{ minWidth: 0, flex: '1 1 160px' }}>
          <Title order={2} id={id}>
            {title}
          </Title>
          {description !== undefined && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </section>
  );
}
