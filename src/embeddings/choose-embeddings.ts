import type { EmbeddingProvider } from '../domain/workflow/embedding-provider.ts';
import { localEmbeddings } from '../domain/workflow/local-embeddings.ts';
import type { EmbeddingsConfig } from './embeddings-config.ts';
import { OpenaiEmbeddings, type OpenaiPatience } from './openai-embeddings.ts';

export function chooseEmbeddings(config: EmbeddingsConfig, patience: OpenaiPatience): EmbeddingProvider {
  return config.provider === 'local' ? localEmbeddings : new OpenaiEmbeddings(config, patience);
}
