/** The dashboard and the alerts ask only for what there is: names, and the labels that they part it by. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { measureNode, registry } from '../../src/observe/metrics.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const known = new Map<string, readonly string[]>();
const provided = ['instance', 'le'];

beforeAll(async () => {
  measureNode();
  for (const { name } of await registry.getMetricsAsJSON()) {
    const metric: unknown = registry.getSingleMetric(name);
    const labels =
      typeof metric === 'object' && metric !== null && 'labelNames' in metric && Array.isArray(metric.labelNames)
        ? metric.labelNames.map(String)
        : [];
    known.set(name, labels);
  }
});

/** The metrics that a query names, as they are registered. */
function metricsIn(query: string): string[] {
  return [...query.matchAll(/\b(?:lotkeeper|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
    known.has(name) ? name : name.replace(/_(bucket|count|sum)$/, ''),
  );
}

function labelsIn(query: string): string[] {
  const parted = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(','));
  const matched = [...query.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name = '']) => name);
  return [...parted, ...matched].map((name) => name.trim());
}

function expectKnown(query: string): void {
  const metrics = metricsIn(query);
  expect(metrics, query).not.toEqual([]);
  const labels = new Set(provided);
  for (const name of metrics) {
    expect([...known.keys()], query).toContain(name);
    for (const label of known.get(name) ?? []) labels.add(label);
  }
  expect([...labels], query).toEqual(expect.arrayContaining(labelsIn(query)));
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

test('every query of the Grafana dashboard names metrics and labels that there are', async () => {
  const dashboard = JSON.parse(await readFile(path.join(docs, 'grafana/lotkeeper.json'), 'utf8')) as Dashboard;
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(20);
  for (const query of queries) expectKnown(query);
});

test('no label of ours is one that Prometheus gives each target: it would rename ours', () => {
  const taken = [...known].filter(([, labels]) => labels.some((label) => label === 'job' || label === 'instance'));
  expect(taken).toEqual([]);
});

test('the dashboard shows each of our own metrics', async () => {
  const dashboard = await readFile(path.join(docs, 'grafana/lotkeeper.json'), 'utf8');
  const shown = new Set(metricsIn(dashboard));
  expect([...known.keys()].filter((name) => name.startsWith('lotkeeper_') && !shown.has(name))).toEqual([]);
});

test('so does every alert', async () => {
  const rules = await readFile(path.join(docs, 'prometheus/alerts.yml'), 'utf8');
  const queries = rules
    .split(/^\s*- alert:/m)
    .slice(1)
    .map((rule) => /expr:(?: >-)?(.*?)\n\s+(?:for|labels):/s.exec(rule)?.[1] ?? '');
  expect(queries.length).toBeGreaterThan(8);
  for (const query of queries) expectKnown(query);
});

test('docs/observability.md names each metric of ours, and none that is not', async () => {
  const text = await readFile(path.join(docs, 'observability.md'), 'utf8');
  const named = new Set(metricsIn(text).filter((name) => name.startsWith('lotkeeper_')));
  expect([...named].sort()).toEqual([...known.keys()].filter((name) => name.startsWith('lotkeeper_')).sort());
});
