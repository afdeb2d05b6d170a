/** Lotkeeper with urql: sign in, list, dispense under an idempotency key, again, be refused, follow alerts. */
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws'; // a browser has its own

const url = process.env.LOTKEEPER_URL ?? 'http://127.0.0.1:4000';
const email = process.env.LOTKEEPER_EMAIL ?? 'pharmacist@demo.example';
const password = process.env.LOTKEEPER_PASSWORD ?? 'lotkeeper-demo';

let token = '';
const sockets = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ authorization: `Bearer ${token}` }),
});
const client = new Client({
  url: `${url}/graphql`,
  preferGetMethod: false,
  fetchOptions: () => (token === '' ? {} : { headers: { authorization: `Bearer ${token}` } }),
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables }) => ({
        subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query: query ?? '', variables }, sink) }),
      }),
    }),
  ],
});

/** What was not answered, or may be tried again, is sent again as it is: the key in its variables stays the same. */
async function mutate(mutation, variables) {
  for (let attempt = 1; ; attempt += 1) {
    const { data, error } = await client.mutation(mutation, variables).toPromise();
    if (error === undefined) return data;
    const isPassing = error.graphQLErrors[0]?.extensions.context?.retryable ?? error.networkError !== undefined;
    if (!isPassing || attempt === 5) throw error;
    await delay(200 * 2 ** attempt);
  }
}

async function query(document, variables) {
  const { data, error } = await client.query(document, variables).toPromise();
  if (error !== undefined) throw error;
  return data;
}

const { login } = await mutate(
  gql`
    mutation ($email: String!, $password: String!) {
      login(input: { email: $email, password: $password }) {
        token
        user {
          roles
        }
      }
    }
  `,
  { email, password },
);
token = login.token;
console.log(`signed in as ${login.user.roles.join()}`);

const { locations } = await query(
  gql`
    {
      locations {
        id
      }
    }
  `,
  {},
);
const locationId = locations[0].id;
const { stocks } = await query(
  gql`
    query ($filter: StockFilter) {
      stocks(filter: $filter) {
        nodes {
          available
          product {
            id
            deaSchedule
          }
        }
      }
    }
  `,
  { filter: { locationId, status: 'LIVE' } },
);
const { product } = stocks.nodes.find((each) => each.available >= '1' && each.product.deaSchedule === null);

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
  console.log(`refused: ${error.graphQLErrors?.[0]?.extensions.code ?? error}`);
}

// From the first alert on that may be seen; a client that goes on keeps the last cursor instead.
const alerts = client.subscription(
  gql`
    subscription ($after: String) {
      alertRaised(after: $after) {
        cursor
        severity
        title
      }
    }
  `,
  { after: process.env.CURSOR ?? '0' },
);
const following = alerts.subscribe(({ data, error }) => {
  if (error !== undefined) throw error;
  console.log(`alert: ${data.alertRaised.title}`);
  following.unsubscribe();
  void sockets.dispose();
});
