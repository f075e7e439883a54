-- Xinglin: what is read of sql_server. It only reads, and password hashes stay in the database.
-- 杏林盾：数据库核查脚本。只读，不读出口令散列。
-- sqlcmd -S HOST -U USER -i sql_server.sql -h -1 -W -w 65535 -f 65001 -o queries.txt
-- Made from content/collect/databases.yaml; change that file.

SET NOCOUNT ON;
SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;
SET LOCK_TIMEOUT 5000;
GO

-- Version, edition and name
PRINT '==== xinglin query ====';
PRINT 'server';
PRINT '"version","level","update_level","edition","name","windows_only"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[version] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[level] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[update_level] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[edition] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[windows_only] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(64)) AS version, CAST(SERVERPROPERTY('ProductLevel') AS nvarchar(64)) AS level,
  CAST(SERVERPROPERTY('ProductUpdateLevel') AS nvarchar(64)) AS update_level, CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition,
  CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS name, CAST(SERVERPROPERTY('IsIntegratedSecurityOnly') AS int) AS windows_only
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Settings in use
PRINT '==== xinglin query ====';
PRINT 'configurations';
PRINT '"name","value"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[value] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT name, CAST(value_in_use AS bigint) AS value FROM sys.configurations
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Logins with a password; whether it is empty or the name itself is decided by the server
PRINT '==== xinglin query ====';
PRINT 'logins';
PRINT '"name","is_sa","disabled","policy_checked","expiration_checked","blank","is_name","changed","days_to_expiry","locked","sysadmin"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[is_sa] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[disabled] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[policy_checked] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[expiration_checked] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[blank] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[is_name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[changed] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[days_to_expiry] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[locked] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[sysadmin] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT name, CASE WHEN sid = 0x01 THEN 1 ELSE 0 END AS is_sa, is_disabled AS disabled, is_policy_checked AS policy_checked,
  is_expiration_checked AS expiration_checked, PWDCOMPARE('', password_hash) AS blank, PWDCOMPARE(name, password_hash) AS is_name,
  CONVERT(varchar(10), LOGINPROPERTY(name, 'PasswordLastSetTime'), 120) AS changed,
  CAST(LOGINPROPERTY(name, 'DaysUntilExpiration') AS int) AS days_to_expiry, CAST(LOGINPROPERTY(name, 'IsLocked') AS int) AS locked,
  IS_SRVROLEMEMBER('sysadmin', name) AS sysadmin
FROM sys.sql_logins WHERE name NOT LIKE '##%'
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Members of server roles
PRINT '==== xinglin query ====';
PRINT 'server_roles';
PRINT '"role","member","disabled"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[role] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[member] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[disabled] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT r.name AS role, m.name AS member, m.is_disabled AS disabled FROM sys.server_role_members x
JOIN sys.server_principals r ON r.principal_id = x.role_principal_id JOIN sys.server_principals m ON m.principal_id = x.member_principal_id
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- What everybody may do on the server
PRINT '==== xinglin query ====';
PRINT 'public_permissions';
PRINT '"permission","state"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[permission] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[state] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT p.permission_name AS permission, p.state_desc AS state FROM sys.server_permissions p
JOIN sys.server_principals s ON s.principal_id = p.grantee_principal_id
WHERE s.name = 'public' AND p.state IN ('G', 'W') AND NOT (p.permission_name = 'VIEW ANY DATABASE' OR (p.permission_name = 'CONNECT' AND p.class = 105))
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Databases
PRINT '==== xinglin query ====';
PRINT 'databases';
PRINT '"name","is_system","trustworthy","chaining","encrypted","recovery","last_backup"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[is_system] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[trustworthy] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[chaining] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[encrypted] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[recovery] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[last_backup] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT d.name, CASE WHEN d.database_id <= 4 THEN 1 ELSE 0 END AS is_system, d.is_trustworthy_on AS trustworthy, d.is_db_chaining_on AS chaining,
  d.is_encrypted AS encrypted, d.recovery_model_desc AS recovery,
  (SELECT CONVERT(varchar(10), MAX(b.backup_finish_date), 120) FROM msdb.dbo.backupset b WHERE b.database_name = d.name AND b.type = 'D') AS last_backup
FROM sys.databases d WHERE d.name <> 'tempdb'
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Databases that anybody with a login may enter as guest
DECLARE @found TABLE (database_name sysname);
DECLARE @guests nvarchar(max) = N'SELECT N''master'' WHERE 1 = 0';
SELECT @guests = @guests + N' UNION ALL SELECT N''' + REPLACE(name, N'''', N'''''') + N''' FROM ' + QUOTENAME(name)
  + N'.sys.database_permissions WHERE grantee_principal_id = 2 AND permission_name = ''CONNECT'' AND state IN (''G'', ''W'')'
FROM sys.databases WHERE state = 0 AND HAS_DBACCESS(name) = 1 AND name NOT IN (N'master', N'tempdb', N'msdb');
INSERT INTO @found EXEC sp_executesql @guests;
PRINT '==== xinglin query ====';
PRINT 'guests';
PRINT '"database_name"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[database_name] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT database_name FROM @found
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Server audits
PRINT '==== xinglin query ====';
PRINT 'audits';
PRINT '"name","enabled","kind","max_files","max_megabytes","on_failure"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[enabled] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[kind] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[max_files] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[max_megabytes] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[on_failure] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT a.name, a.is_state_enabled AS enabled, a.type_desc AS kind, f.max_rollover_files AS max_files, f.max_file_size AS max_megabytes, a.on_failure_desc AS on_failure
FROM sys.server_audits a LEFT JOIN sys.server_file_audits f ON f.audit_guid = a.audit_guid
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- What enabled audits record
PRINT '==== xinglin query ====';
PRINT 'audit_actions';
PRINT '"specification","action"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[specification] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[action] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT s.name AS specification, d.audit_action_name AS action FROM sys.server_audit_specifications s
JOIN sys.server_audit_specification_details d ON d.server_specification_id = s.server_specification_id
JOIN sys.server_audits a ON a.audit_guid = s.audit_guid WHERE s.is_state_enabled = 1 AND a.is_state_enabled = 1
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Settings in the registry
PRINT '==== xinglin query ====';
PRINT 'registry';
PRINT '"name","value"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[name] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[value] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT value_name AS name, CAST(value_data AS nvarchar(400)) AS value FROM sys.dm_server_registry
WHERE value_name IN ('ForceEncryption', 'HideInstance', 'AuditLevel', 'LoginMode', 'NumErrorLogs', 'ObjectName', 'TcpPort')
  AND (registry_key NOT LIKE '%\IP[0-9]%' OR value_name <> 'TcpPort')
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- Which sign-ins are written to the error log, and how many error logs are kept
DECLARE @audit int, @logs int;
EXEC master.dbo.xp_instance_regread N'HKEY_LOCAL_MACHINE', N'Software\Microsoft\MSSQLServer\MSSQLServer', N'AuditLevel', @audit OUTPUT, N'no_output';
EXEC master.dbo.xp_instance_regread N'HKEY_LOCAL_MACHINE', N'Software\Microsoft\MSSQLServer\MSSQLServer', N'NumErrorLogs', @logs OUTPUT, N'no_output';
PRINT '==== xinglin query ====';
PRINT 'registry_of_instance';
PRINT '"audit_level","error_logs"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[audit_level] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[error_logs] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT @audit AS audit_level, ISNULL(@logs, 6) AS error_logs
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO

-- How many connections over the network are encrypted
PRINT '==== xinglin query ====';
PRINT 'connections';
PRINT '"encrypted","total"';
SELECT CAST(ISNULL('"' + REPLACE(CAST(q.[encrypted] AS nvarchar(1000)), '"', '""') + '"', '') + ',' +
  ISNULL('"' + REPLACE(CAST(q.[total] AS nvarchar(1000)), '"', '""') + '"', '') AS nvarchar(4000)) AS line
FROM (
SELECT ISNULL(SUM(CASE WHEN encrypt_option = 'TRUE' THEN 1 ELSE 0 END), 0) AS encrypted, COUNT(*) AS total
FROM sys.dm_exec_connections WHERE net_transport = 'TCP' AND client_net_address NOT IN ('127.0.0.1', '::1', '<local machine>')
) AS q
UNION ALL SELECT N'==== xinglin end ====';
GO
