-- Xinglin: what is read of mysql. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- mysql --batch --raw --skip-column-names --force -h HOST -u USER -p < mysql.sql > queries.txt 2>&1
-- Made from content/collect/databases.yaml; change that file.

SET SESSION TRANSACTION READ ONLY;

-- Product, version and name
SELECT '==== xinglin query ====' UNION ALL SELECT 'server' UNION ALL SELECT '"version","comment","hostname"';
SELECT CONCAT_WS(',',
  IF(q.`version` IS NULL, '', CONCAT('"', REPLACE(q.`version`, '"', '""'), '"')),
  IF(q.`comment` IS NULL, '', CONCAT('"', REPLACE(q.`comment`, '"', '""'), '"')),
  IF(q.`hostname` IS NULL, '', CONCAT('"', REPLACE(q.`hostname`, '"', '""'), '"'))) AS line
FROM (
SELECT VERSION() AS version, @@version_comment AS comment, @@hostname AS hostname
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Settings (MySQL 5.7 and later)
SELECT '==== xinglin query ====' UNION ALL SELECT 'variables_performance_schema' UNION ALL SELECT '"name","value"';
SELECT CONCAT_WS(',',
  IF(q.`name` IS NULL, '', CONCAT('"', REPLACE(q.`name`, '"', '""'), '"')),
  IF(q.`value` IS NULL, '', CONCAT('"', REPLACE(q.`value`, '"', '""'), '"'))) AS line
FROM (
SELECT variable_name AS name, variable_value AS value FROM performance_schema.global_variables
WHERE variable_name REGEXP '^(validate_password|connection_control|server_audit|audit_log|simple_password_check|cracklib_password)'
   OR variable_name REGEXP '^(default_password_lifetime|password_history|password_reuse_interval|password_reuse_check_interval|strict_password_validation|max_password_errors|default_authentication_plugin|authentication_policy|old_passwords|secure_auth|wait_timeout|interactive_timeout|require_secure_transport|have_ssl|tls_version|bind_address|port|skip_networking|skip_name_resolve)$'
   OR variable_name REGEXP '^(local_infile|secure_file_priv|skip_show_database|symbolic_links|have_symlink|general_log|log_output|slow_query_log|log_bin|log_error|log_error_verbosity|log_warnings|expire_logs_days|binlog_expire_logs_seconds|innodb_encrypt_tables|default_table_encryption|encrypt_binlog|binlog_encryption|log_bin_trust_function_creators|max_user_connections|sql_mode)$'
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Settings (MySQL 5.6 and before, MariaDB)
SELECT '==== xinglin query ====' UNION ALL SELECT 'variables_information_schema' UNION ALL SELECT '"name","value"';
SELECT CONCAT_WS(',',
  IF(q.`name` IS NULL, '', CONCAT('"', REPLACE(q.`name`, '"', '""'), '"')),
  IF(q.`value` IS NULL, '', CONCAT('"', REPLACE(q.`value`, '"', '""'), '"'))) AS line
FROM (
SELECT variable_name AS name, variable_value AS value FROM information_schema.global_variables
WHERE variable_name REGEXP '^(validate_password|connection_control|server_audit|audit_log|simple_password_check|cracklib_password)'
   OR variable_name REGEXP '^(default_password_lifetime|password_history|password_reuse_interval|password_reuse_check_interval|strict_password_validation|max_password_errors|default_authentication_plugin|authentication_policy|old_passwords|secure_auth|wait_timeout|interactive_timeout|require_secure_transport|have_ssl|tls_version|bind_address|port|skip_networking|skip_name_resolve)$'
   OR variable_name REGEXP '^(local_infile|secure_file_priv|skip_show_database|symbolic_links|have_symlink|general_log|log_output|slow_query_log|log_bin|log_error|log_error_verbosity|log_warnings|expire_logs_days|binlog_expire_logs_seconds|innodb_encrypt_tables|default_table_encryption|encrypt_binlog|binlog_encryption|log_bin_trust_function_creators|max_user_connections|sql_mode)$'
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Accounts (MySQL 8.0.14 and later)
SELECT '==== xinglin query ====' UNION ALL SELECT 'accounts_mysql8' UNION ALL SELECT '"user","host","plugin","password","locked","expired","lifetime","changed","tls","reuse_history","failed_attempts","lock_days"';
SELECT CONCAT_WS(',',
  IF(q.`user` IS NULL, '', CONCAT('"', REPLACE(q.`user`, '"', '""'), '"')),
  IF(q.`host` IS NULL, '', CONCAT('"', REPLACE(q.`host`, '"', '""'), '"')),
  IF(q.`plugin` IS NULL, '', CONCAT('"', REPLACE(q.`plugin`, '"', '""'), '"')),
  IF(q.`password` IS NULL, '', CONCAT('"', REPLACE(q.`password`, '"', '""'), '"')),
  IF(q.`locked` IS NULL, '', CONCAT('"', REPLACE(q.`locked`, '"', '""'), '"')),
  IF(q.`expired` IS NULL, '', CONCAT('"', REPLACE(q.`expired`, '"', '""'), '"')),
  IF(q.`lifetime` IS NULL, '', CONCAT('"', REPLACE(q.`lifetime`, '"', '""'), '"')),
  IF(q.`changed` IS NULL, '', CONCAT('"', REPLACE(q.`changed`, '"', '""'), '"')),
  IF(q.`tls` IS NULL, '', CONCAT('"', REPLACE(q.`tls`, '"', '""'), '"')),
  IF(q.`reuse_history` IS NULL, '', CONCAT('"', REPLACE(q.`reuse_history`, '"', '""'), '"')),
  IF(q.`failed_attempts` IS NULL, '', CONCAT('"', REPLACE(q.`failed_attempts`, '"', '""'), '"')),
  IF(q.`lock_days` IS NULL, '', CONCAT('"', REPLACE(q.`lock_days`, '"', '""'), '"'))) AS line
FROM (
SELECT user, host, plugin,
  CASE WHEN authentication_string IS NULL OR authentication_string = '' THEN 'empty'
       WHEN authentication_string LIKE '%NOTAVALIDPASSWORD%' THEN 'unusable'
       WHEN plugin = 'mysql_native_password' AND authentication_string NOT LIKE '*%' THEN 'unusable'
       ELSE 'set' END AS password,
  account_locked AS locked, password_expired AS expired, password_lifetime AS lifetime,
  DATE_FORMAT(password_last_changed, '%Y-%m-%d') AS changed, ssl_type AS tls, password_reuse_history AS reuse_history,
  JSON_EXTRACT(user_attributes, '$.Password_locking.failed_login_attempts') AS failed_attempts,
  JSON_EXTRACT(user_attributes, '$.Password_locking.password_lock_time_days') AS lock_days
FROM mysql.user
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Accounts (MySQL 5.7)
SELECT '==== xinglin query ====' UNION ALL SELECT 'accounts_mysql57' UNION ALL SELECT '"user","host","plugin","password","locked","expired","lifetime","changed","tls"';
SELECT CONCAT_WS(',',
  IF(q.`user` IS NULL, '', CONCAT('"', REPLACE(q.`user`, '"', '""'), '"')),
  IF(q.`host` IS NULL, '', CONCAT('"', REPLACE(q.`host`, '"', '""'), '"')),
  IF(q.`plugin` IS NULL, '', CONCAT('"', REPLACE(q.`plugin`, '"', '""'), '"')),
  IF(q.`password` IS NULL, '', CONCAT('"', REPLACE(q.`password`, '"', '""'), '"')),
  IF(q.`locked` IS NULL, '', CONCAT('"', REPLACE(q.`locked`, '"', '""'), '"')),
  IF(q.`expired` IS NULL, '', CONCAT('"', REPLACE(q.`expired`, '"', '""'), '"')),
  IF(q.`lifetime` IS NULL, '', CONCAT('"', REPLACE(q.`lifetime`, '"', '""'), '"')),
  IF(q.`changed` IS NULL, '', CONCAT('"', REPLACE(q.`changed`, '"', '""'), '"')),
  IF(q.`tls` IS NULL, '', CONCAT('"', REPLACE(q.`tls`, '"', '""'), '"'))) AS line
FROM (
SELECT user, host, plugin,
  CASE WHEN authentication_string IS NULL OR authentication_string = '' THEN 'empty'
       WHEN authentication_string LIKE '%NOTAVALIDPASSWORD%' THEN 'unusable'
       WHEN plugin = 'mysql_native_password' AND authentication_string NOT LIKE '*%' THEN 'unusable'
       ELSE 'set' END AS password,
  account_locked AS locked, password_expired AS expired, password_lifetime AS lifetime,
  DATE_FORMAT(password_last_changed, '%Y-%m-%d') AS changed, ssl_type AS tls
FROM mysql.user
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Accounts (MariaDB 10.4 and later)
SELECT '==== xinglin query ====' UNION ALL SELECT 'accounts_mariadb' UNION ALL SELECT '"user","host","plugin","alternatives","password","locked","expired","lifetime","changed","tls"';
SELECT CONCAT_WS(',',
  IF(q.`user` IS NULL, '', CONCAT('"', REPLACE(q.`user`, '"', '""'), '"')),
  IF(q.`host` IS NULL, '', CONCAT('"', REPLACE(q.`host`, '"', '""'), '"')),
  IF(q.`plugin` IS NULL, '', CONCAT('"', REPLACE(q.`plugin`, '"', '""'), '"')),
  IF(q.`alternatives` IS NULL, '', CONCAT('"', REPLACE(q.`alternatives`, '"', '""'), '"')),
  IF(q.`password` IS NULL, '', CONCAT('"', REPLACE(q.`password`, '"', '""'), '"')),
  IF(q.`locked` IS NULL, '', CONCAT('"', REPLACE(q.`locked`, '"', '""'), '"')),
  IF(q.`expired` IS NULL, '', CONCAT('"', REPLACE(q.`expired`, '"', '""'), '"')),
  IF(q.`lifetime` IS NULL, '', CONCAT('"', REPLACE(q.`lifetime`, '"', '""'), '"')),
  IF(q.`changed` IS NULL, '', CONCAT('"', REPLACE(q.`changed`, '"', '""'), '"')),
  IF(q.`tls` IS NULL, '', CONCAT('"', REPLACE(q.`tls`, '"', '""'), '"'))) AS line
FROM (
SELECT user, host, COALESCE(JSON_VALUE(priv, '$.plugin'), 'mysql_native_password') AS plugin,
  CONCAT_WS(',', JSON_VALUE(priv, '$.auth_or[0].plugin'), JSON_VALUE(priv, '$.auth_or[1].plugin'),
    JSON_VALUE(priv, '$.auth_or[2].plugin')) AS alternatives,
  CASE WHEN COALESCE(JSON_VALUE(priv, '$.is_role'), 'false') IN ('1', 'true') THEN 'role'
       WHEN COALESCE(JSON_VALUE(priv, '$.authentication_string'), '') = '' THEN 'empty'
       WHEN COALESCE(JSON_VALUE(priv, '$.plugin'), 'mysql_native_password') = 'mysql_native_password'
         AND JSON_VALUE(priv, '$.authentication_string') NOT LIKE '*%' THEN 'unusable'
       ELSE 'set' END AS password,
  CASE WHEN JSON_VALUE(priv, '$.account_locked') IN ('1', 'true') THEN 'Y' ELSE 'N' END AS locked,
  CASE WHEN JSON_VALUE(priv, '$.password_last_changed') = '0' THEN 'Y' ELSE 'N' END AS expired,
  CASE WHEN JSON_VALUE(priv, '$.password_lifetime') = '-1' THEN NULL ELSE JSON_VALUE(priv, '$.password_lifetime') END AS lifetime,
  FROM_UNIXTIME(NULLIF(JSON_VALUE(priv, '$.password_last_changed'), '0'), '%Y-%m-%d') AS changed,
  CASE JSON_VALUE(priv, '$.ssl_type') WHEN '1' THEN 'ANY' WHEN '2' THEN 'X509' WHEN '3' THEN 'SPECIFIED' ELSE '' END AS tls
FROM mysql.global_priv
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Accounts (MySQL 5.5 and 5.6, MariaDB 10.3 and before)
SELECT '==== xinglin query ====' UNION ALL SELECT 'accounts_older' UNION ALL SELECT '"user","host","plugin","password","tls"';
SELECT CONCAT_WS(',',
  IF(q.`user` IS NULL, '', CONCAT('"', REPLACE(q.`user`, '"', '""'), '"')),
  IF(q.`host` IS NULL, '', CONCAT('"', REPLACE(q.`host`, '"', '""'), '"')),
  IF(q.`plugin` IS NULL, '', CONCAT('"', REPLACE(q.`plugin`, '"', '""'), '"')),
  IF(q.`password` IS NULL, '', CONCAT('"', REPLACE(q.`password`, '"', '""'), '"')),
  IF(q.`tls` IS NULL, '', CONCAT('"', REPLACE(q.`tls`, '"', '""'), '"'))) AS line
FROM (
SELECT user, host, plugin,
  CASE WHEN COALESCE(password, '') = '' AND COALESCE(authentication_string, '') = '' THEN 'empty'
       WHEN LENGTH(COALESCE(password, '')) = 16 THEN 'old' ELSE 'set' END AS password,
  ssl_type AS tls
FROM mysql.user
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Privileges on everything, by account
SELECT '==== xinglin query ====' UNION ALL SELECT 'privileges' UNION ALL SELECT '"grantee","privilege","grantable"';
SELECT CONCAT_WS(',',
  IF(q.`grantee` IS NULL, '', CONCAT('"', REPLACE(q.`grantee`, '"', '""'), '"')),
  IF(q.`privilege` IS NULL, '', CONCAT('"', REPLACE(q.`privilege`, '"', '""'), '"')),
  IF(q.`grantable` IS NULL, '', CONCAT('"', REPLACE(q.`grantable`, '"', '""'), '"'))) AS line
FROM (
SELECT grantee, privilege_type AS privilege, is_grantable AS grantable
FROM information_schema.user_privileges WHERE privilege_type <> 'USAGE'
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Privileges on the databases of the server itself, by account
SELECT '==== xinglin query ====' UNION ALL SELECT 'schema_privileges' UNION ALL SELECT '"grantee","database_name","privilege"';
SELECT CONCAT_WS(',',
  IF(q.`grantee` IS NULL, '', CONCAT('"', REPLACE(q.`grantee`, '"', '""'), '"')),
  IF(q.`database_name` IS NULL, '', CONCAT('"', REPLACE(q.`database_name`, '"', '""'), '"')),
  IF(q.`privilege` IS NULL, '', CONCAT('"', REPLACE(q.`privilege`, '"', '""'), '"'))) AS line
FROM (
SELECT grantee, table_schema AS database_name, privilege_type AS privilege
FROM information_schema.schema_privileges WHERE 'mysql' LIKE table_schema OR 'sys' LIKE table_schema
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Plugins for auditing, passwords and signing in
SELECT '==== xinglin query ====' UNION ALL SELECT 'plugins' UNION ALL SELECT '"name","status","kind"';
SELECT CONCAT_WS(',',
  IF(q.`name` IS NULL, '', CONCAT('"', REPLACE(q.`name`, '"', '""'), '"')),
  IF(q.`status` IS NULL, '', CONCAT('"', REPLACE(q.`status`, '"', '""'), '"')),
  IF(q.`kind` IS NULL, '', CONCAT('"', REPLACE(q.`kind`, '"', '""'), '"'))) AS line
FROM (
SELECT plugin_name AS name, plugin_status AS status, plugin_type AS kind FROM information_schema.plugins
WHERE plugin_type IN ('AUDIT', 'VALIDATE PASSWORD', 'PASSWORD VALIDATION', 'AUTHENTICATION')
   OR UPPER(plugin_name) LIKE 'CONNECTION\_CONTROL%' OR UPPER(plugin_name) LIKE 'AUDIT\_LOG%'
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Components (MySQL 8.0 and later)
SELECT '==== xinglin query ====' UNION ALL SELECT 'components' UNION ALL SELECT '"urn"';
SELECT CONCAT_WS(',',
  IF(q.`urn` IS NULL, '', CONCAT('"', REPLACE(q.`urn`, '"', '""'), '"'))) AS line
FROM (
SELECT component_urn AS urn FROM mysql.component
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Sample databases; without SHOW DATABASES an account does not see them
SELECT '==== xinglin query ====' UNION ALL SELECT 'databases' UNION ALL SELECT '"name","sees_all"';
SELECT CONCAT_WS(',',
  IF(q.`name` IS NULL, '', CONCAT('"', REPLACE(q.`name`, '"', '""'), '"')),
  IF(q.`sees_all` IS NULL, '', CONCAT('"', REPLACE(q.`sees_all`, '"', '""'), '"'))) AS line
FROM (
SELECT s.schema_name AS name, (SELECT COUNT(*) FROM information_schema.user_privileges p WHERE p.privilege_type = 'SHOW DATABASES'
  AND p.grantee = CONCAT('\'', REPLACE(CURRENT_USER(), '@', '\'@\''), '\'')) AS sees_all
FROM information_schema.schemata s WHERE s.schema_name IN ('information_schema', 'test', 'sakila', 'world', 'employees')
) AS q
UNION ALL SELECT '==== xinglin end ====';

-- Whether tablespaces of tables are encrypted (MySQL 8.0 and later, with PROCESS)
SELECT '==== xinglin query ====' UNION ALL SELECT 'encrypted_tables' UNION ALL SELECT '"encrypted","total"';
SELECT CONCAT_WS(',',
  IF(q.`encrypted` IS NULL, '', CONCAT('"', REPLACE(q.`encrypted`, '"', '""'), '"')),
  IF(q.`total` IS NULL, '', CONCAT('"', REPLACE(q.`total`, '"', '""'), '"'))) AS line
FROM (
SELECT COALESCE(SUM(encryption = 'Y'), 0) AS encrypted, COUNT(*) AS total FROM information_schema.innodb_tablespaces
WHERE space_type = 'Single' AND name NOT LIKE 'mysql/%' AND name NOT LIKE 'sys/%'
) AS q
UNION ALL SELECT '==== xinglin end ====';
