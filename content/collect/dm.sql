-- Xinglin: what is read of dm. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- disql USER/PASSWORD@HOST:5236 `dm.sql > queries.txt   (DIsql 的脚本以反引号调用)
-- Made from content/collect/databases.yaml; change that file.

SET ECHO OFF
SET FEEDBACK OFF
SET HEADING OFF
SET PAGESIZE 0
SET LINESHOW OFF
SET TIMING OFF
SET LINESIZE 32767
SET DEFINE OFF

-- Version and name
PROMPT ==== xinglin query ====
PROMPT server
PROMPT "version","instance_name","host"
SELECT CASE WHEN q.version IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.version), '"', '""') || '"' END || ',' ||
  CASE WHEN q.instance_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.instance_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.host IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.host), '"', '""') || '"' END AS line
FROM (
SELECT svr_version AS version, name AS instance_name, host_name AS host FROM v$instance
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Settings
PROMPT ==== xinglin query ====
PROMPT parameters
PROMPT "name","value"
SELECT CASE WHEN q.name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.value IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.value), '"', '""') || '"' END AS line
FROM (
SELECT para_name AS name, para_value AS value FROM v$dm_ini WHERE para_name IN ('PWD_POLICY', 'PWD_MIN_LEN', 'ENABLE_AUDIT', 'ENABLE_ENCRYPT', 'COMM_ENCRYPT_NAME',
  'COMM_VALIDATE', 'RESOURCE_FLAG', 'ENABLE_STRICT_CHECK', 'ENABLE_REMOTE_OSAUTH', 'ENABLE_LOCAL_OSAUTH', 'ENABLE_EXTERNAL_CALL', 'ENABLE_PL_SYNONYM', 'PORT_NUM',
  'MAX_SESSIONS', 'MSG_COMPRESS_TYPE', 'AUDIT_FILE_FULL_MODE', 'AUDIT_MAX_FILE_SIZE', 'AUDIT_SPACE_LIMIT', 'AUDIT_FLUSH_LEVEL', 'ARCH_INI', 'ENABLE_OBJ_REUSE', 'FORCE_CERTIFICATE_ENCRYPTION',
  'SVR_LOG', 'DW_PORT', 'SSL_PATH', 'TEMP_SIZE', 'PWD_ENCRYPT', 'SEC_PRIV_MODE', 'DDL_AUTO_PRIV', 'MAC_LABEL_OPTION')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Accounts and their limits
PROMPT ==== xinglin query ====
PROMPT accounts
PROMPT "username","status","created","lifetime_days","failed_attempts","lock_minutes","idle_minutes","reuse_max","reuse_days","grace_days","password_policy","allowed_addresses","authentication"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END || ',' ||
  CASE WHEN q.status IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.status), '"', '""') || '"' END || ',' ||
  CASE WHEN q.created IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.created), '"', '""') || '"' END || ',' ||
  CASE WHEN q.lifetime_days IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.lifetime_days), '"', '""') || '"' END || ',' ||
  CASE WHEN q.failed_attempts IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.failed_attempts), '"', '""') || '"' END || ',' ||
  CASE WHEN q.lock_minutes IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.lock_minutes), '"', '""') || '"' END || ',' ||
  CASE WHEN q.idle_minutes IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.idle_minutes), '"', '""') || '"' END || ',' ||
  CASE WHEN q.reuse_max IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.reuse_max), '"', '""') || '"' END || ',' ||
  CASE WHEN q.reuse_days IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.reuse_days), '"', '""') || '"' END || ',' ||
  CASE WHEN q.grace_days IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.grace_days), '"', '""') || '"' END || ',' ||
  CASE WHEN q.password_policy IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.password_policy), '"', '""') || '"' END || ',' ||
  CASE WHEN q.allowed_addresses IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.allowed_addresses), '"', '""') || '"' END || ',' ||
  CASE WHEN q.authentication IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.authentication), '"', '""') || '"' END AS line
FROM (
SELECT u.username, u.account_status AS status, TO_CHAR(u.created, 'YYYY-MM-DD') AS created, s.life_time AS lifetime_days, s.failed_num AS failed_attempts,
  s.lock_time AS lock_minutes, s.conn_idle_time AS idle_minutes, s.reuse_max AS reuse_max, s.reuse_time AS reuse_days, s.grace_time AS grace_days,
  s.pwd_policy AS password_policy, s.allow_addr AS allowed_addresses, s.authent_type AS authentication
FROM dba_users u JOIN sysusers s ON s.id = u.user_id
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Who has the administrators' roles
PROMPT ==== xinglin query ====
PROMPT role_grants
PROMPT "grantee","granted_role"
SELECT CASE WHEN q.grantee IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.grantee), '"', '""') || '"' END || ',' ||
  CASE WHEN q.granted_role IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.granted_role), '"', '""') || '"' END AS line
FROM (
SELECT grantee, granted_role FROM dba_role_privs WHERE granted_role IN ('DBA', 'DB_AUDIT_ADMIN', 'DB_POLICY_ADMIN', 'DB_AUDIT_OPER')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Who may do things to anybody's objects
PROMPT ==== xinglin query ====
PROMPT any_privileges
PROMPT "grantee","privilege"
SELECT CASE WHEN q.grantee IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.grantee), '"', '""') || '"' END || ',' ||
  CASE WHEN q.privilege IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.privilege), '"', '""') || '"' END AS line
FROM (
SELECT grantee, privilege FROM dba_sys_privs WHERE privilege LIKE '% ANY %'
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- What is audited (to be run by SYSAUDITOR)
PROMPT ==== xinglin query ====
PROMPT audit_settings
PROMPT "kind","scope","condition_word"
SELECT CASE WHEN q.kind IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.kind), '"', '""') || '"' END || ',' ||
  CASE WHEN q.scope IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.scope), '"', '""') || '"' END || ',' ||
  CASE WHEN q.condition_word IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.condition_word), '"', '""') || '"' END AS line
FROM (
SELECT a.type AS kind, CASE WHEN a."UID" = -1 THEN 'all' ELSE 'some' END AS scope, a.whenever AS condition_word FROM sysauditor.sysaudit a
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Whether redo logs are archived
PROMPT ==== xinglin query ====
PROMPT archive
PROMPT "arch_mode"
SELECT CASE WHEN q.arch_mode IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.arch_mode), '"', '""') || '"' END AS line
FROM (
SELECT arch_mode FROM v$database
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

EXIT
