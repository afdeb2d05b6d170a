/** Who makes the vectors of projects' texts. Without a key of OpenAI's they are made here, and no text leaves the machine. */
import { ConfigRefusal, text, url, type Environment } from '../config.ts';

export type EmbeddingsConfig =
  | { readonly provider: 'local' }
  | {
      readonly provider: 'openai';
      readonly apiKey: string;
      /** Null: OpenAI's own. */
      readonly baseUrl: string | null;
      readonly model: string;
    };

/** EMBEDDING_MODEL=local keeps the texts here although there is a key. */
export function readEmbeddingsConfig(env: Environment): EmbeddingsConfig {
  const apiKey = text(env, 'OPENAI_API_KEY');
  const baseUrl = url(env, 'OPENAI_BASE_URL', ['http:', 'https:'], 'https://api.openai.com/v1');
  const model = text(env, 'EMBEDDING_MODEL') ?? (apiKey === null ? 'local' : 'text-embedding-3-small');
  if (model === 'local') return { provider: 'local' };
  if (model.length > 100) throw new ConfigRefusal('EMBEDDING_MODEL should be the name of a model, or local.');
  if (apiKey !== null) return { provider: 'openai', apiKey, baseUrl, model };
  throw new ConfigRefusal(
    'OPENAI_API_KEY should be given where EMBEDDING_MODEL is one of a server, or leave both away.',
  );
}
