# Lotkeeper's API and worker in one image: `api` unless another command is given. PostgreSQL is elsewhere (DATABASE_URL).
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-progress
COPY . .
# The PostgreSQL that comes along is an optional package, and most of the size.
RUN npm run build && npm prune --omit=dev --omit=optional --ignore-scripts --no-progress

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 LOTKEEPER_DATA=/tmp/lotkeeper
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/src/schema/schema.graphql ./src/schema/schema.graphql
COPY --from=build /build/src/legacy/mdw/mapping.yaml ./src/legacy/mdw/mapping.yaml
COPY --from=build /build/src/legacy/stock/mapping.yaml ./src/legacy/stock/mapping.yaml
COPY --from=build /build/dist ./dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "-e", "fetch('http://127.0.0.1:4000/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli.js"]
CMD ["api"]
