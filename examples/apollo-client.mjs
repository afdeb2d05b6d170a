/** Lotkeeper with Apollo Client 4: sign in, list, dispense under an idempotency key, again, be refused, follow alerts. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws'; // a browser has its own

const url = process.env.LOTKEEPER_URL ?? 'http://127.0.0.1:4000';
const email = process.env.LOTKEEPER_EMAIL ?? 'pharmacist@demo.example';
const password = process.env.LOTKEEPER_PASSWORD ?? 'lotkeeper-demo';

let token = '';
const http = new HttpLink({
  uri: `${url}/graphql`,
  fetch: (uri, options) =>
    fetch(uri, {
      ...options,
      headers: { ...options.headers, ...(token !== '' && { authorization: `Bearer ${token}` }) },
    }),
});
const sockets = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ authorization: `Bearer ${token}` }),
});
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    http,
  ),
});

/** What was not answered, or may be tried again, is sent again as it is: the key in its variables stays the same. */
async function mutate(mutation, variables) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await client.mutate({ mutation, variables })).data;
    } catch (error) {
      const refused = CombinedGraphQLErrors.is(error) ? error.errors[0].extensions : { context: { retryable: true } };
      if (refused.context?.retryable !== true || attempt === 5) throw error;
      await delay(200 * 2 ** attempt);
    }
  }
}

const { login } = await mutate(
  gql`
    mutation ($email: String!, $password: String!) {
      login(input: { email: $email, password: $password }) {
        token
        user {
          id
          roles
        }
      }
    }
  `,
  { email, password },
);
token = login.token;
console.log(`signed in as ${login.user.roles.join()}`);

const places = await client.query({
  query: gql`
    {
      locations {
        id
      }
    }
  `,
});
const locationId = places.data.locations[0].id;
const listed = await client.query({
  query: gql`
    query ($filter: StockFilter) {
      stocks(filter: $filter) {
        nodes {
          id
          available
          product {
            id
            deaSchedule
          }
        }
      }
    }
  `,
  variables: { filter: { locationId, status: 'LIVE' } },
});
const { product } = listed.data.stocks.nodes.find((each) => each.available >= '1' && each.product.deaSchedule === null);

const dispenseMutation = gql`
  mutation ($input: DispenseInput!) {
    dispense(input: $input) {
      records {
        id
        quantity
      }
    }
  }
`;
async function dispense(idempotencyKey, quantity) {
  const input = { idempotencyKey, locationId, lines: [{ productId: product.id, quantity }] };
  return (await mutate(dispenseMutation, { input })).dispense.records[0];
}

const key = randomUUID(); // before the first try, and kept until there is an answer
const first = await dispense(key, '1');
console.log(`dispensed ${first.quantity}`);
if ((await dispense(key, '1')).id === first.id) console.log('the same key, the same record');

try {
  await dispense(randomUUID(), '1000000');
} catch (error) {
  if (!CombinedGraphQLErrors.is(error)) throw error;
  console.log(`refused: ${error.errors[0].extensions.code}`);
}

// From the first alert on that may be seen; a client that goes on keeps the last cursor instead.
const alerts = client.subscribe({
  query: gql`
    subscription ($after: String) {
      alertRaised(after: $after) {
        id
        cursor
        severity
        title
      }
    }
  `,
  variables: { after: process.env.CURSOR ?? '0' },
});
const following = alerts.subscribe(({ data, error }) => {
  if (error !== undefined) throw error;
  console.log(`alert: ${data.alertRaised.title}`);
  following.unsubscribe();
  void sockets.dispose();
});
