/** Embeddings: vectors of projects' texts, where the source has brought projects and --no-ai does not forbid it. */
import { embedProjects, estimateEmbeddings, type EmbedFigures } from './embeddings/embed-projects.ts';
import type { EmbeddingEstimate, EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import { finishStep, stepOf } from './run-record.ts';
import { insist, stopIfAsked, type Run } from './run.ts';

export const embedStep = 'embed';

export async function embed(run: Run, provider: EmbeddingProvider): Promise<void> {
  const step = run.source.steps.find(({ target }) => target === 'workflow.project');
  if (step === undefined || !run.options.ai) return;
  await insist(run, async () => {
    const { target, record, options, progress, log, stage } = run;
    const known = await stepOf(target, record.id, embedStep);
    if (known?.finished === true) return;
    const began = performance.now();
    const given = {
      ...{ client: target.client, provider, dryRun: options.dryRun, signal: run.stopping },
      ...(options.dryRun ? { projects: asTheyWouldBe(stage.image(step.name)) } : {}),
    };
    let before = 0;
    try {
      const estimate = await estimateEmbeddings(given);
      log.info({ model: provider.model, ...estimate }, wordsOf(provider.model, estimate));
      const figures: EmbedFigures = await embedProjects({
        ...given,
        onFailed: (projectId, reason) => {
          log.warn({ projectId, reason }, 'a text was not embedded; the next run tries again');
        },
        progress: (done, total) => {
          if (before === 0) progress.begin('embed', total, 0, 'projects');
          progress.advance(done - before);
          before = done;
        },
      });
      await finishStep(target, record.id, embedStep, { total: figures.projects, figures, began });
    } catch (error) {
      stopIfAsked(run);
      throw error;
    }
    progress.end();
  });
}

function wordsOf(model: string, { texts, dollars }: EmbeddingEstimate): string {
  const price =
    dollars === null
      ? 'at a price that is not known'
      : Number(dollars) === 0
        ? 'at no cost'
        : `for about ${dollars} dollars`;
  return `${texts.toLocaleString('en')} texts to embed by ${model}, ${price}`;
}

/** For a dry run: projects that are there, under what has been read of them, and those that would be. */
function asTheyWouldBe(image: string): string {
  return `SELECT p.id, p.name, p.notes FROM workflow.project p WHERE NOT EXISTS (SELECT FROM ${image} i WHERE i.id = p.id AND NOT i.refused)
    UNION ALL SELECT id, name, notes FROM ${image} WHERE NOT refused`;
}
