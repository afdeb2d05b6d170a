export const phases = [
  'preparation',
  'extraction',
  'transformation',
  'deduplication',
  'embeddings',
  'validation',
  'completion',
] as const;
export type Phase = (typeof phases)[number];

const beginnings: readonly (readonly [string, Phase])[] = [
  ['prepare', 'preparation'],
  ['extract ', 'extraction'],
  ['deduplicate', 'deduplication'],
  ['embed', 'embeddings'],
  ['validate', 'validation'],
];

/** Of a step, by its name. */
export const phaseOf = (step: string): Phase =>
  beginnings.find(([beginning]) => step.startsWith(beginning))?.[1] ?? 'transformation';
