-- Xinglin: what is read of kingbase. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- ksql -X -q -h HOST -U USER -d DATABASE -f kingbase.sql > queries.txt 2>&1
-- Made from content/collect/databases.yaml; change that file.

SET default_transaction_read_only = on;
SET statement_timeout = '30s';
SET search_path = sys_catalog, pg_catalog;

-- Version and address
\echo '==== xinglin query ===='
\echo server
COPY (
SELECT version() AS version, current_setting('port') AS port
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Settings, with their units
\echo '==== xinglin query ===='
\echo settings
COPY (
SELECT name, setting AS value, unit, vartype AS kind FROM sys_catalog.sys_settings
WHERE name LIKE 'ssl%' OR name LIKE 'log%' OR name LIKE 'passwordcheck.%' OR name LIKE 'passwordhistory.%' OR name LIKE 'identity\_pwdexp.%'
   OR name LIKE 'sys\_audlog.%' OR name LIKE 'sysaudit%' OR name LIKE 'audit\_%' OR name LIKE 'sepapower.%' OR name LIKE 'password\_%'
   OR name LIKE 'error\_user\_connect\_%' OR name LIKE 'client\_idle\_%'
   OR name IN ('password_encryption', 'shared_preload_libraries', 'idle_session_timeout', 'idle_in_transaction_session_timeout',
     'listen_addresses', 'port', 'data_checksums', 'archive_mode', 'wal_level', 'enable_security_mode', 'sepapower')
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Settings, where the catalogue keeps its old names
\echo '==== xinglin query ===='
\echo settings_pg
COPY (
SELECT name, setting AS value, unit, vartype AS kind FROM pg_catalog.pg_settings
WHERE name LIKE 'ssl%' OR name LIKE 'log%' OR name LIKE 'passwordcheck.%' OR name LIKE 'passwordhistory.%' OR name LIKE 'identity\_pwdexp.%'
   OR name LIKE 'sys\_audlog.%' OR name LIKE 'sysaudit%' OR name LIKE 'audit\_%' OR name LIKE 'sepapower.%' OR name LIKE 'password\_%'
   OR name LIKE 'error\_user\_connect\_%' OR name LIKE 'client\_idle\_%'
   OR name IN ('password_encryption', 'shared_preload_libraries', 'idle_session_timeout', 'idle_in_transaction_session_timeout',
     'listen_addresses', 'port', 'data_checksums', 'archive_mode', 'wal_level', 'enable_security_mode', 'sepapower')
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Roles, and how their password is kept
\echo '==== xinglin query ===='
\echo roles
COPY (
SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS createrole, rolcreatedb AS createdb, rolreplication AS replication,
  CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256' WHEN rolpassword LIKE 'SCRAM-SM3$%' THEN 'scram-sm3'
       WHEN rolpassword LIKE 'sm3%' THEN 'sm3' WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'other' END AS scheme,
  CASE WHEN rolvaliduntil IS NULL OR rolvaliduntil = 'infinity' THEN 'never' ELSE to_char(rolvaliduntil, 'YYYY-MM-DD') END AS valid_until
FROM sys_catalog.sys_authid
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Roles, where passwords may not be read
\echo '==== xinglin query ===='
\echo roles_without_passwords
COPY (
SELECT rolname AS name, rolcanlogin AS login, rolsuper AS superuser, rolcreaterole AS createrole, rolcreatedb AS createdb, rolreplication AS replication,
  CASE WHEN rolvaliduntil IS NULL OR rolvaliduntil = 'infinity' THEN 'never' ELSE to_char(rolvaliduntil, 'YYYY-MM-DD') END AS valid_until
FROM sys_catalog.sys_roles
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Rules for clients, as read from sys_hba.conf
\echo '==== xinglin query ===='
\echo hba
COPY (
SELECT line_number AS line, type, array_to_string(database, ',') AS databases, array_to_string(user_name, ',') AS users,
  address, netmask, auth_method AS method, array_to_string(options, ',') AS options, error AS problem
FROM sys_catalog.sys_hba_file_rules
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);

-- Extensions of this database
\echo '==== xinglin query ===='
\echo extensions
COPY (
SELECT extname AS name, extversion AS version FROM sys_catalog.sys_extension
) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);
