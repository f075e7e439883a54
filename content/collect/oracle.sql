-- Xinglin: what is read of oracle. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- sqlplus -S USER@//HOST:1521/SERVICE @oracle.sql > queries.txt   (NLS_LANG=.AL32UTF8)
-- Made from content/collect/databases.yaml; change that file.

SET ECHO OFF
SET FEEDBACK OFF
SET HEADING OFF
SET PAGESIZE 0
SET LINESIZE 32767
SET TRIMSPOOL ON
SET TRIMOUT ON
SET TAB OFF
SET WRAP OFF
SET DEFINE OFF
SET SQLBLANKLINES ON
WHENEVER SQLERROR CONTINUE

-- Version and name
PROMPT ==== xinglin query ====
PROMPT server
PROMPT "version","instance_name","host"
SELECT CASE WHEN q.version IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.version), '"', '""') || '"' END || ',' ||
  CASE WHEN q.instance_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.instance_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.host IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.host), '"', '""') || '"' END AS line
FROM (
SELECT version, instance_name, host_name AS host FROM v$instance
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Version with its release update (18c and later)
PROMPT ==== xinglin query ====
PROMPT server_full
PROMPT "version","instance_name","host"
SELECT CASE WHEN q.version IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.version), '"', '""') || '"' END || ',' ||
  CASE WHEN q.instance_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.instance_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.host IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.host), '"', '""') || '"' END AS line
FROM (
SELECT version_full AS version, instance_name, host_name AS host FROM v$instance
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Settings
PROMPT ==== xinglin query ====
PROMPT parameters
PROMPT "name","value"
SELECT CASE WHEN q.name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.value IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.value), '"', '""') || '"' END AS line
FROM (
SELECT name, value FROM v$parameter WHERE name IN ('audit_trail', 'audit_sys_operations', 'remote_os_authent', 'remote_os_roles', 'os_authent_prefix',
  'remote_login_passwordfile', 'o7_dictionary_accessibility', 'resource_limit', 'sec_case_sensitive_logon', 'sec_max_failed_login_attempts',
  'sec_protocol_error_trace_action', 'sec_return_server_release_banner', 'sql92_security', 'utl_file_dir', 'remote_listener', 'local_listener',
  'global_names', 'os_roles', 'compatible', 'dblink_encrypt_login', 'ldap_directory_access', 'log_archive_dest_1', 'tde_configuration', 'max_idle_time')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Limits of profiles
PROMPT ==== xinglin query ====
PROMPT profiles
PROMPT "profile","resource_name","limit_value"
SELECT CASE WHEN q.profile IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.profile), '"', '""') || '"' END || ',' ||
  CASE WHEN q.resource_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.resource_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.limit_value IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.limit_value), '"', '""') || '"' END AS line
FROM (
SELECT profile, resource_name, limit AS limit_value FROM dba_profiles
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Accounts (12c and later)
PROMPT ==== xinglin query ====
PROMPT accounts
PROMPT "username","status","profile","authentication","maintained","password_versions","last_login"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END || ',' ||
  CASE WHEN q.status IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.status), '"', '""') || '"' END || ',' ||
  CASE WHEN q.profile IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.profile), '"', '""') || '"' END || ',' ||
  CASE WHEN q.authentication IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.authentication), '"', '""') || '"' END || ',' ||
  CASE WHEN q.maintained IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.maintained), '"', '""') || '"' END || ',' ||
  CASE WHEN q.password_versions IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.password_versions), '"', '""') || '"' END || ',' ||
  CASE WHEN q.last_login IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.last_login), '"', '""') || '"' END AS line
FROM (
SELECT username, account_status AS status, profile, authentication_type AS authentication, oracle_maintained AS maintained, password_versions,
  TO_CHAR(last_login, 'YYYY-MM-DD') AS last_login FROM dba_users
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Accounts (11g)
PROMPT ==== xinglin query ====
PROMPT accounts_11g
PROMPT "username","status","profile","authentication","password_versions"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END || ',' ||
  CASE WHEN q.status IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.status), '"', '""') || '"' END || ',' ||
  CASE WHEN q.profile IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.profile), '"', '""') || '"' END || ',' ||
  CASE WHEN q.authentication IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.authentication), '"', '""') || '"' END || ',' ||
  CASE WHEN q.password_versions IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.password_versions), '"', '""') || '"' END AS line
FROM (
SELECT username, account_status AS status, profile, authentication_type AS authentication, password_versions FROM dba_users
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- When passwords were changed
PROMPT ==== xinglin query ====
PROMPT password_changes
PROMPT "username","changed"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END || ',' ||
  CASE WHEN q.changed IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.changed), '"', '""') || '"' END AS line
FROM (
SELECT name AS username, TO_CHAR(ptime, 'YYYY-MM-DD') AS changed FROM sys.user$ WHERE type# = 1 AND ptime IS NOT NULL
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Accounts that still have the password Oracle shipped
PROMPT ==== xinglin query ====
PROMPT default_passwords
PROMPT "username"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END AS line
FROM (
SELECT username FROM dba_users_with_defpwd
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Accounts that sign in as SYSDBA and the like over the network
PROMPT ==== xinglin query ====
PROMPT password_file
PROMPT "username","sysdba","sysoper"
SELECT CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END || ',' ||
  CASE WHEN q.sysdba IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.sysdba), '"', '""') || '"' END || ',' ||
  CASE WHEN q.sysoper IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.sysoper), '"', '""') || '"' END AS line
FROM (
SELECT username, sysdba, sysoper FROM v$pwfile_users
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Who has the administrators' roles
PROMPT ==== xinglin query ====
PROMPT role_grants
PROMPT "grantee","granted_role","admin_option"
SELECT CASE WHEN q.grantee IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.grantee), '"', '""') || '"' END || ',' ||
  CASE WHEN q.granted_role IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.granted_role), '"', '""') || '"' END || ',' ||
  CASE WHEN q.admin_option IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.admin_option), '"', '""') || '"' END AS line
FROM (
SELECT grantee, granted_role, admin_option FROM dba_role_privs
WHERE granted_role IN ('DBA', 'AUDIT_ADMIN', 'AUDIT_VIEWER', 'EXP_FULL_DATABASE', 'IMP_FULL_DATABASE', 'DATAPUMP_IMP_FULL_DATABASE', 'SELECT_CATALOG_ROLE', 'EXECUTE_CATALOG_ROLE', 'DELETE_CATALOG_ROLE')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Who may do things to anybody's objects
PROMPT ==== xinglin query ====
PROMPT any_privileges
PROMPT "grantee","privilege"
SELECT CASE WHEN q.grantee IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.grantee), '"', '""') || '"' END || ',' ||
  CASE WHEN q.privilege IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.privilege), '"', '""') || '"' END AS line
FROM (
SELECT grantee, privilege FROM dba_sys_privs WHERE privilege LIKE '% ANY %' OR privilege IN ('BECOME USER', 'ALTER SYSTEM', 'ALTER USER', 'EXEMPT ACCESS POLICY')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Packages that reach out of the database and that everybody may run
PROMPT ==== xinglin query ====
PROMPT public_packages
PROMPT "package_name"
SELECT CASE WHEN q.package_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.package_name), '"', '""') || '"' END AS line
FROM (
SELECT table_name AS package_name FROM dba_tab_privs WHERE grantee = 'PUBLIC' AND privilege = 'EXECUTE'
  AND table_name IN ('UTL_FILE', 'UTL_HTTP', 'UTL_TCP', 'UTL_SMTP', 'UTL_INADDR', 'DBMS_LDAP', 'DBMS_SCHEDULER', 'DBMS_JOB', 'DBMS_ADVISOR', 'DBMS_JAVA', 'DBMS_BACKUP_RESTORE', 'DBMS_SYS_SQL')
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Whether auditing is purely unified
PROMPT ==== xinglin query ====
PROMPT unified_auditing
PROMPT "enabled"
SELECT CASE WHEN q.enabled IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.enabled), '"', '""') || '"' END AS line
FROM (
SELECT value AS enabled FROM v$option WHERE parameter = 'Unified Auditing'
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Audit policies in force
PROMPT ==== xinglin query ====
PROMPT unified_policies
PROMPT "policy_name","entity"
SELECT CASE WHEN q.policy_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.policy_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.entity IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.entity), '"', '""') || '"' END AS line
FROM (
SELECT policy_name, entity_name AS entity FROM audit_unified_enabled_policies
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Audit policies in force (12.1)
PROMPT ==== xinglin query ====
PROMPT unified_policies_12c
PROMPT "policy_name","entity"
SELECT CASE WHEN q.policy_name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.policy_name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.entity IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.entity), '"', '""') || '"' END AS line
FROM (
SELECT policy_name, user_name AS entity FROM audit_unified_enabled_policies
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- What traditional auditing records
PROMPT ==== xinglin query ====
PROMPT audited_statements
PROMPT "audit_option","username"
SELECT CASE WHEN q.audit_option IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.audit_option), '"', '""') || '"' END || ',' ||
  CASE WHEN q.username IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.username), '"', '""') || '"' END AS line
FROM (
SELECT audit_option, user_name AS username FROM dba_stmt_audit_opts UNION SELECT privilege, user_name FROM dba_priv_audit_opts
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Age of the oldest record of traditional auditing
PROMPT ==== xinglin query ====
PROMPT audit_trail
PROMPT "records","oldest"
SELECT CASE WHEN q.records IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.records), '"', '""') || '"' END || ',' ||
  CASE WHEN q.oldest IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.oldest), '"', '""') || '"' END AS line
FROM (
SELECT COUNT(*) AS records, TO_CHAR(MIN(ntimestamp#), 'YYYY-MM-DD') AS oldest FROM sys.aud$
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Age of the oldest record of unified auditing
PROMPT ==== xinglin query ====
PROMPT unified_trail
PROMPT "records","oldest"
SELECT CASE WHEN q.records IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.records), '"', '""') || '"' END || ',' ||
  CASE WHEN q.oldest IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.oldest), '"', '""') || '"' END AS line
FROM (
SELECT COUNT(*) AS records, TO_CHAR(MIN(event_timestamp), 'YYYY-MM-DD') AS oldest FROM unified_audit_trail
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- When the database was created, and whether it keeps its redo logs
PROMPT ==== xinglin query ====
PROMPT database
PROMPT "name","created","log_mode"
SELECT CASE WHEN q.name IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.name), '"', '""') || '"' END || ',' ||
  CASE WHEN q.created IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.created), '"', '""') || '"' END || ',' ||
  CASE WHEN q.log_mode IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.log_mode), '"', '""') || '"' END AS line
FROM (
SELECT name, TO_CHAR(created, 'YYYY-MM-DD') AS created, log_mode FROM v$database
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Patches applied to the database
PROMPT ==== xinglin query ====
PROMPT patches
PROMPT "applied","status","description"
SELECT CASE WHEN q.applied IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.applied), '"', '""') || '"' END || ',' ||
  CASE WHEN q.status IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.status), '"', '""') || '"' END || ',' ||
  CASE WHEN q.description IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.description), '"', '""') || '"' END AS line
FROM (
SELECT TO_CHAR(action_time, 'YYYY-MM-DD') AS applied, status, description FROM dba_registry_sqlpatch
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Patches applied to the database (11g)
PROMPT ==== xinglin query ====
PROMPT patches_11g
PROMPT "applied","status","description"
SELECT CASE WHEN q.applied IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.applied), '"', '""') || '"' END || ',' ||
  CASE WHEN q.status IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.status), '"', '""') || '"' END || ',' ||
  CASE WHEN q.description IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.description), '"', '""') || '"' END AS line
FROM (
SELECT TO_CHAR(action_time, 'YYYY-MM-DD') AS applied, 'SUCCESS' AS status, comments AS description FROM dba_registry_history WHERE action = 'APPLY'
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- Encrypted tablespaces
PROMPT ==== xinglin query ====
PROMPT encryption
PROMPT "encrypted","total"
SELECT CASE WHEN q.encrypted IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.encrypted), '"', '""') || '"' END || ',' ||
  CASE WHEN q.total IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.total), '"', '""') || '"' END AS line
FROM (
SELECT SUM(CASE WHEN encrypted = 'YES' THEN 1 ELSE 0 END) AS encrypted, COUNT(*) AS total FROM dba_tablespaces WHERE tablespace_name NOT IN ('SYSTEM', 'SYSAUX') AND contents = 'PERMANENT'
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

-- The last good backup
PROMPT ==== xinglin query ====
PROMPT backups
PROMPT "finished"
SELECT CASE WHEN q.finished IS NULL THEN '' ELSE '"' || REPLACE(TO_CHAR(q.finished), '"', '""') || '"' END AS line
FROM (
SELECT TO_CHAR(MAX(end_time), 'YYYY-MM-DD') AS finished FROM v$rman_backup_job_details WHERE status LIKE 'COMPLETED%' AND input_type <> 'ARCHIVELOG'
) q
UNION ALL SELECT '==== xinglin end ====' FROM dual;

EXIT
