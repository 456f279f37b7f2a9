-- The account and the three roles of FCE (docs/exploitation/roles.md), when the container of PostgreSQL first starts.
SELECT format('CREATE ROLE fce LOGIN PASSWORD %L', rtrim(pg_read_file('/run/secrets/BASE_FCE'), E'\r\n')) \gexec
CREATE DATABASE fce OWNER fce;
CREATE ROLE fce_public NOLOGIN;
CREATE ROLE fce_comptes NOLOGIN IN ROLE fce_public;
CREATE ROLE fce_agents NOLOGIN IN ROLE fce_comptes;
GRANT fce_public, fce_comptes, fce_agents TO fce;
REVOKE TEMPORARY ON DATABASE fce FROM PUBLIC;
GRANT TEMPORARY ON DATABASE fce TO fce;
\connect fce
GRANT CREATE ON SCHEMA public TO fce;
