/**
 * Makes vectors of the texts of projects (name and notes), and keeps them with the model and the hash of the text: the same
 * text is not asked for again, and an interrupted run goes on. A text that the provider cannot embed, after its retries, is
 * told and does not fail the run; the next run tries it again. In a dry run nobody is asked and nothing is written.
 */
import { createHash } from 'node:crypto';
import { Decimal } from 'decimal.js';
import type pg from 'pg';
import type { EmbeddingEstimate, EmbeddingProvider } from '../../domain/workflow/embedding-provider.ts';

export interface EmbedRun {
  /** The owner's. */
  readonly client: pg.ClientBase;
  readonly provider: EmbeddingProvider;
  readonly dryRun: boolean;
  /** SQL that selects id, name and notes; those of workflow.project as a rule. */
  readonly projects?: string;
  /** With a reason that holds nothing of the text. */
  readonly onFailed?: (projectId: string, reason: string) => void;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface EmbedFigures {
  readonly projects: number;
  /** Whose vector was made; in a dry run, would be. */
  readonly embedded: number;
  /** Whose text is as it was. */
  readonly unchanged: number;
  /** Whose text has no letters or digits. */
  readonly withoutText: number;
  readonly failed: number;
}

interface ProjectText {
  readonly id: string;
  readonly text: string;
  readonly hash: Buffer;
}

const batchSize = 256;
/** What the models take, as a rule: 8 191 tokens. */
const longestText = 16_000;
const hasText = /[\p{L}\p{N}]/u;

/** What is still to be embedded would take so much: for people to know before they begin. */
export async function estimateEmbeddings(run: EmbedRun): Promise<EmbeddingEstimate> {
  let texts = 0;
  let tokens = 0;
  let dollars: Decimal | null = new Decimal(0);
  for await (const batch of batchesOf(run)) {
    const estimate = run.provider.estimate(batch.toEmbed.map(({ text }) => text));
    texts += estimate.texts;
    tokens += estimate.tokens;
    dollars = estimate.dollars === null ? null : (dollars?.add(estimate.dollars) ?? null);
  }
  return { texts, tokens, dollars: dollars?.toFixed() ?? null };
}

export async function embedProjects(run: EmbedRun): Promise<EmbedFigures> {
  const total = await countProjects(run);
  const figures = { projects: 0, embedded: 0, unchanged: 0, withoutText: 0, failed: 0 };
  for await (const { toEmbed, projects, withoutText } of batchesOf(run)) {
    figures.projects += projects;
    figures.withoutText += withoutText;
    figures.unchanged += projects - withoutText - toEmbed.length;
    const embedded = run.dryRun ? toEmbed.length : await embedBatch(run, toEmbed);
    figures.embedded += embedded;
    figures.failed += toEmbed.length - embedded;
    run.progress?.(figures.projects, total);
  }
  if (!run.dryRun && figures.embedded > 0) await run.client.query('SELECT workflow.index_vectors()');
  return figures;
}

const selected = ({ projects }: EmbedRun) => projects ?? 'SELECT id, name, notes FROM workflow.project';

async function countProjects(run: EmbedRun): Promise<number> {
  const { rows } = await run.client.query<{ total: number }>(
    `SELECT count(*)::integer AS total FROM (${selected(run)}) p`,
  );
  return rows[0]?.total ?? 0;
}

interface Batch {
  readonly projects: number;
  readonly withoutText: number;
  readonly toEmbed: readonly ProjectText[];
}

async function* batchesOf(run: EmbedRun): AsyncGenerator<Batch> {
  for (let after: string | null = null; ;) {
    run.signal?.throwIfAborted();
    const { rows }: { rows: readonly Row[] } = await run.client.query<Row>(
      `SELECT p.id, left(concat_ws(E'\\n', p.name, p.notes), ${longestText}) AS text, e.text_hash AS known
       FROM (${selected(run)}) p LEFT JOIN workflow.project_embedding e ON e.project_id = p.id AND e.model = $2
       WHERE $1::uuid IS NULL OR p.id > $1 ORDER BY p.id LIMIT ${batchSize}`,
      [after, run.provider.model],
    );
    const withText = rows.filter(({ text }) => hasText.test(text));
    const toEmbed = withText
      .map(({ id, text, known }) => ({ id, text, known, hash: createHash('sha256').update(text).digest() }))
      .filter(({ known, hash }) => known === null || !known.equals(hash));
    yield { projects: rows.length, withoutText: rows.length - withText.length, toEmbed };
    if (rows.length < batchSize) return;
    after = rows.at(-1)?.id ?? null;
  }
}

interface Row {
  readonly id: string;
  readonly text: string;
  readonly known: Buffer | null;
}

async function embedBatch(run: EmbedRun, toEmbed: readonly ProjectText[]): Promise<number> {
  if (toEmbed.length === 0) return 0;
  const outcomes = await run.provider.embed(
    toEmbed.map(({ text }) => text),
    run.signal,
  );
  const embedded = toEmbed.flatMap(({ id, hash }, i) => {
    const outcome = outcomes[i] ?? { reason: 'The provider answered nothing for it.' };
    if ('vector' in outcome)
      return [{ project_id: id, text_hash: `\\x${hash.toString('hex')}`, vector: outcome.vector }];
    run.onFailed?.(id, outcome.reason);
    return [];
  });
  await run.client.query(
    `INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash)
     SELECT e.project_id, $2, cardinality(e.vector), e.vector, e.text_hash
     FROM jsonb_to_recordset($1) AS e(project_id uuid, text_hash bytea, vector real[])
     ON CONFLICT (model, project_id) DO UPDATE SET dimensions = excluded.dimensions, vector = excluded.vector,
       text_hash = excluded.text_hash, created_at = excluded.created_at`,
    [JSON.stringify(embedded), run.provider.model],
  );
  return embedded.length;
}
