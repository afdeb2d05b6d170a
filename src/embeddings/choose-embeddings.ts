import type { EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import { localEmbeddings } from '../domain/workflow/local-embeddings.ts';
import type { EmbeddingsConfig } from './embeddings-config.ts';
import { OpenaiEmbeddings } from './openai-embeddings.ts';

export function chooseEmbeddings(config: EmbeddingsConfig, maxRetries: number): EmbeddingProvider {
  return config.provider === 'local' ? localEmbeddings : new OpenaiEmbeddings(config, { maxRetries });
}
