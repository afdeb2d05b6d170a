#!/bin/bash
# Run once by the PostgreSQL image on a new data folder: the owner of the tables, the group that holds the grants, and the
# application's login, which owns nothing (docs/operating.md).
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v api="$API_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE lotkeeper_app NOLOGIN;
CREATE ROLE lotkeeper_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE lotkeeper_api LOGIN PASSWORD :'api' IN ROLE lotkeeper_app;
ALTER ROLE lotkeeper_api SET "TimeZone" = 'UTC';
ALTER ROLE lotkeeper_api SET statement_timeout = '5s';
ALTER ROLE lotkeeper_api SET lock_timeout = '1200ms';
ALTER ROLE lotkeeper_api SET idle_in_transaction_session_timeout = '5s';
CREATE DATABASE lotkeeper OWNER lotkeeper_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
SQL
