-- Xinglin: what is read of postgresql. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- psql -X -q -h HOST -U USER -d postgres -f postgresql.sql > queries.txt 2>&1
-- Made from content/collect/databases.yaml; change that file.

SET default_transaction_read_only = on;
SET statement_timeout = '30s';
SET search_path = pg_catalog;

-- Version and address
\echo '==== xinglin query ===='
\echo server
COPY (
SELECT current_setting('server_version') AS version, current_setting('port') AS port, pg_is_in_recovery() AS recovery
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Settings, with their units and where they come from
\echo '==== xinglin query ===='
\echo settings
COPY (
SELECT name, CASE WHEN name IN ('statement_timeout', 'search_path') THEN reset_val ELSE setting END AS value,
  unit, vartype AS kind, sourcefile AS file, sourceline AS line FROM pg_catalog.pg_settings
WHERE name LIKE 'ssl%' OR name LIKE 'log%' OR name LIKE 'credcheck.%' OR name LIKE 'pgaudit.%' OR name LIKE 'passwordcheck.%'
   OR name LIKE 'auth\_delay.%' OR name LIKE 'tcp\_keepalives%'
   OR name IN ('password_encryption', 'shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries',
     'idle_session_timeout', 'idle_in_transaction_session_timeout', 'statement_timeout', 'authentication_timeout', 'listen_addresses',
     'port', 'max_connections', 'superuser_reserved_connections', 'krb_server_keyfile', 'db_user_namespace', 'data_checksums',
     'archive_mode', 'wal_level', 'row_security', 'search_path', 'dynamic_library_path', 'data_directory_mode', 'unix_socket_permissions',
     'server_version_num', 'config_file', 'hba_file', 'data_directory', 'fsync', 'full_page_writes')
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Roles, and how their password is kept
\echo '==== xinglin query ===='
\echo roles
COPY (
SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS createrole, rolcreatedb AS createdb,
  rolreplication AS replication, rolbypassrls AS bypass_rls,
  CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
       WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'other' END AS scheme,
  CASE WHEN rolvaliduntil IS NULL OR rolvaliduntil = 'infinity' THEN 'never' ELSE to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS valid_until,
  rolconnlimit AS connection_limit
FROM pg_catalog.pg_authid
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Roles, where passwords may not be read
\echo '==== xinglin query ===='
\echo roles_without_passwords
COPY (
SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS createrole, rolcreatedb AS createdb,
  rolreplication AS replication, rolbypassrls AS bypass_rls,
  CASE WHEN rolvaliduntil IS NULL OR rolvaliduntil = 'infinity' THEN 'never' ELSE to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS valid_until,
  rolconnlimit AS connection_limit
FROM pg_catalog.pg_roles
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Members of roles
\echo '==== xinglin query ===='
\echo memberships
COPY (
SELECT r.rolname AS role, m.rolname AS member, a.admin_option AS admin
FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Rules for clients, as read from pg_hba.conf
\echo '==== xinglin query ===='
\echo hba
COPY (
SELECT line_number AS line, type, array_to_string(database, ',') AS databases, array_to_string(user_name, ',') AS users,
  address, netmask, auth_method AS method, array_to_string(options, ',') AS options, error AS problem
FROM pg_catalog.pg_hba_file_rules
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Extensions of this database
\echo '==== xinglin query ===='
\echo extensions
COPY (
SELECT extname AS name, extversion AS version FROM pg_catalog.pg_extension
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Whether everybody may create objects in the schema public of this database
\echo '==== xinglin query ===='
\echo public_schema
COPY (
SELECT current_database() AS database_name, EXISTS (SELECT 1 FROM aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) a
  WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS everybody_creates
FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Settings given to single roles and databases
\echo '==== xinglin query ===='
\echo role_settings
COPY (
SELECT r.rolname AS role, d.datname AS database_name, split_part(s.one, '=', 1) || '=' || split_part(s.one, '=', 2) AS setting
FROM pg_catalog.pg_db_role_setting c CROSS JOIN LATERAL unnest(c.setconfig) AS s(one)
LEFT JOIN pg_catalog.pg_roles r ON r.oid = c.setrole LEFT JOIN pg_catalog.pg_database d ON d.oid = c.setdatabase
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Functions of users that run with their owner's rights and have no fixed search path
\echo '==== xinglin query ===='
\echo definers
COPY (
SELECT n.nspname || '.' || p.proname AS name, r.rolname AS owner
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND NOT EXISTS (SELECT 1 FROM unnest(COALESCE(p.proconfig, '{}'::text[])) AS c(one) WHERE c.one LIKE 'search_path=%')
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);
