import { notifications } from '@mantine/notifications';

/** It was done: what, and how it stands now. */
export function tellDone(title: string, message = ''): void {
  notifications.show({ title, message, color: 'ink', autoClose: 6_000 });
}
