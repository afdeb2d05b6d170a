import { expect, test } from 'vitest';
import { chosenQueues } from './start.ts';

test('queues are chosen by name, each with how many jobs run at a time', () => {
  expect(chosenQueues(['alerts', 'deliveries:12'])).toEqual({ alerts: 1, deliveries: 12 });
});

test.each(['alarms', 'alerts:0', 'alerts:100', 'alerts:two', ''])('%s is refused in words', (text) => {
  expect(() => chosenQueues([text])).toThrow('is not one of the queues alerts, deliveries, maintenance, metrics');
});
