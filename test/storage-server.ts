/** A server that speaks as much of Supabase Storage's API as files need, over real HTTP, and fails when a test asks it to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KeptObject {
  readonly content: Buffer;
  readonly metadata: unknown;
}

/** Of one request: answers or breaks it and says true, or leaves it to the server. */
export type Mishap = (request: IncomingMessage, response: ServerResponse) => boolean;

export class StorageServer {
  /** Bytes; null as where the bucket has none of its own. */
  fileSizeLimit: number | null = null;
  /** By `bucket/key`. */
  readonly objects = new Map<string, KeptObject>();
  /** `METHOD /path`, in their order. */
  readonly requests: string[] = [];
  readonly mishaps: Mishap[] = [];

  private constructor(
    private readonly server: Server,
    private readonly key: string,
    private readonly bucket: string,
  ) {}

  static async open(key: string, bucket: string): Promise<StorageServer> {
    const server = createServer();
    const opened = new StorageServer(server, key, bucket);
    server.on('request', (request, response) => void opened.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** How often files were sent, whatever became of them. */
  get uploads(): number {
    return this.requests.filter((request) => request.startsWith('POST ')).length;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '');
    this.requests.push(`${request.method} ${path}`);
    if (this.mishaps.shift()?.(request, response) === true) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.headers.authorization !== `Bearer ${this.key}` || request.headers['apikey'] !== this.key) {
      refuse(response, '403', 'Unauthorized', 'Invalid Compact JWS');
    } else if (path === `/storage/v1/bucket/${this.bucket}` && request.method === 'GET') {
      reply(response, 200, {
        ...{ id: this.bucket, name: this.bucket, public: false },
        file_size_limit: this.fileSizeLimit,
      });
    } else if (path.startsWith(`/storage/v1/object/info/${this.bucket}/`) && request.method === 'GET') {
      this.#info(response, path.slice('/storage/v1/object/info/'.length));
    } else if (path.startsWith(`/storage/v1/object/${this.bucket}/`) && request.method === 'POST') {
      this.#upload(request, response, path.slice('/storage/v1/object/'.length), Buffer.concat(chunks));
    } else {
      refuse(response, '404', 'Bucket not found', 'Bucket not found');
    }
  }

  #info(response: ServerResponse, key: string): void {
    const object = this.objects.get(key);
    if (object === undefined) refuse(response, '404', 'not_found', 'Object not found');
    else reply(response, 200, { id: '1', name: key, size: object.content.length, metadata: object.metadata });
  }

  #upload(request: IncomingMessage, response: ServerResponse, key: string, content: Buffer): void {
    if (this.objects.has(key) && request.headers['x-upsert'] !== 'true') {
      refuse(response, '409', 'Duplicate', 'The resource already exists');
      return;
    }
    const told = request.headers['x-metadata'];
    const metadata: unknown =
      typeof told === 'string' ? JSON.parse(Buffer.from(told, 'base64').toString('utf8')) : null;
    this.objects.set(key, { content, metadata });
    reply(response, 200, { Id: '1', Key: key });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Whatever it is, the status is 400; the body tells. */
function refuse(response: ServerResponse, statusCode: string, error: string, message: string): void {
  reply(response, 400, { statusCode, error, message });
}

export const failWith =
  (status: number): Mishap =>
  (request, response) => {
    request.resume();
    reply(response, status, { statusCode: String(status), error: 'internal', message: 'a failure' });
    return true;
  };

export const hangUp: Mishap = (request) => {
  request.destroy();
  return true;
};
