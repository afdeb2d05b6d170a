/** The page on which people try the API. All of it comes from this server; the content security policy sees to that. */
import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair, renderInitSnippet, type RenderOptions } from 'altair-static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const folder = '/explorer/';

const welcome = `# Sign in, copy the token of the answer, and set the header
#   Authorization: Bearer <token>
# under "Headers" on the left. Then ask away: the schema is under "Docs".
mutation SignIn($input: LoginInput!) {
  login(input: $input) {
    token
    expiresAt
  }
}
`;

const options: RenderOptions = {
  baseURL: folder,
  endpointURL: '/graphql',
  initialName: 'Lotkeeper',
  initialQuery: welcome,
  initialVariables: JSON.stringify({ input: { email: '', password: '' } }, null, 2),
  instanceStorageNamespace: 'lotkeeper_',
  disableAccount: true,
  serveInitialOptionsInSeperateRequest: 'start.js',
  initialSettings: { 'banners.disable': true, disablePushNotification: true, 'alert.disableUpdateNotification': true },
};

export async function registerExplorer(app: FastifyInstance): Promise<void> {
  const start = renderInitSnippet(options);
  app.get(`${folder}start.js`, async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start));
  await app.register(fastifyStatic, {
    root: getDistDirectory(),
    prefix: folder,
    index: false,
    decorateReply: false,
    maxAge: '1 hour',
  });
}

export function explorerPage(): string {
  return renderAltair(options);
}

export function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true;
}
