/** A server that speaks OpenAI's embeddings API over real HTTP, and does wrong what a test asks it to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface EmbeddingRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly authorization: string | undefined;
  readonly atMs: number;
}

/** Of one request: answers it and says true, or leaves it to the server. */
export type Mishap = (request: EmbeddingRequest, response: ServerResponse) => boolean;

export class EmbeddingServer {
  readonly requests: EmbeddingRequest[] = [];
  /** One a request; then all goes well. */
  readonly mishaps: Mishap[] = [];
  dimensions = 8;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<EmbeddingServer> {
    const server = createServer();
    const opened = new EmbeddingServer(server);
    server.on('request', (request, response) => void opened.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { model: string; input: string[] };
    const asked = { ...body, authorization: request.headers.authorization, atMs: performance.now() };
    this.requests.push(asked);
    if (this.mishaps.shift()?.(asked, response) === true) return;
    if (request.url !== '/v1/embeddings') {
      fail(404, 'no such route')(asked, response);
      return;
    }
    // In another order than asked: the index tells whose vector it is.
    const data = body.input
      .map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, this.dimensions) }))
      .reverse();
    reply(response, 200, { object: 'list', data, model: body.model, usage: { prompt_tokens: 1, total_tokens: 1 } });
  }
}

function vectorOf(text: string, dimensions: number): number[] {
  return Array.from({ length: dimensions }, (_, i) => (text.codePointAt(i % Math.max(1, text.length)) ?? 1) + i);
}

function reply(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function fail(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Mishap {
  return (_, response) => {
    reply(response, status, { error: { message, type: 'error', code: null, param: null } }, headers);
    return true;
  };
}

/** Nothing at all is answered, and the connection stays open. */
export const silence: Mishap = () => true;

export const hangUp: Mishap = (_, response) => {
  response.destroy();
  return true;
};
