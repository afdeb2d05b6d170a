#!/usr/bin/env bash
# Lotkeeper with curl: sign in, list, dispense under an idempotency key, again under the same key, and be refused.
set -euo pipefail
URL=${LOTKEEPER_URL:-http://127.0.0.1:4000}
EMAIL=${LOTKEEPER_EMAIL:-pharmacist@demo.example}
PASSWORD=${LOTKEEPER_PASSWORD:-lotkeeper-demo}
TOKEN=

# ask QUERY VARIABLES: curl itself tries again where no answer came or the server was busy (503), with the same body.
ask() {
  curl --silent --show-error --retry 5 --retry-connrefused --max-time 30 "$URL/graphql" \
    -H 'content-type: application/json' ${TOKEN:+-H "authorization: Bearer $TOKEN"} \
    -d "$(node -pe 'JSON.stringify({query: process.argv[1], variables: JSON.parse(process.argv[2] ?? "{}")})' "$1" "${2:-{\}}")"
}
# pick EXPRESSION: of the answer on standard input, which it calls `it`.
pick() { node -pe "const it = JSON.parse(require('fs').readFileSync(0, 'utf8')); $1"; }
uuid() { node -pe 'crypto.randomUUID()'; }

TOKEN=$(ask 'mutation($email: String!, $password: String!) { login(input: {email: $email, password: $password}) { token } }' \
  "{\"email\": \"$EMAIL\", \"password\": \"$PASSWORD\"}" | pick 'it.data.login.token')
ME=$(ask '{ me { roles } locations { id } }')
echo "signed in as $(echo "$ME" | pick 'it.data.me.roles.join()')"

LOCATION=$(echo "$ME" | pick 'it.data.locations[0].id')
STOCK=$(ask 'query($filter: StockFilter) { stocks(filter: $filter) { nodes { available product { id deaSchedule } } } }' \
  "{\"filter\": {\"locationId\": \"$LOCATION\", \"status\": \"LIVE\"}}")
PRODUCT=$(echo "$STOCK" | pick 'it.data.stocks.nodes.find((each) => each.available >= "1" && each.product.deaSchedule === null).product.id')

DISPENSE='mutation($input: DispenseInput!) { dispense(input: $input) { records { id quantity } } }'
input() { echo "{\"input\": {\"idempotencyKey\": \"$1\", \"locationId\": \"$LOCATION\", \"lines\": [{\"productId\": \"$PRODUCT\", \"quantity\": \"$2\"}]}}"; }
KEY=$(uuid) # before the first try, and kept until there is an answer
FIRST=$(ask "$DISPENSE" "$(input "$KEY" 1)")
AGAIN=$(ask "$DISPENSE" "$(input "$KEY" 1)")
echo "dispensed $(echo "$FIRST" | pick 'it.data.dispense.records[0].quantity')"
[ "$(echo "$FIRST" | pick 'it.data.dispense.records[0].id')" = "$(echo "$AGAIN" | pick 'it.data.dispense.records[0].id')" ] && echo 'the same key, the same record'

REFUSED=$(ask "$DISPENSE" "$(input "$(uuid)" 1000000)")
echo "refused: $(echo "$REFUSED" | pick 'it.errors[0].extensions.code')"
