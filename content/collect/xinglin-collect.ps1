<#
.SYNOPSIS
  Collects security-relevant settings of this Windows computer for an inspection.

.DESCRIPTION
  Runs on PowerShell 2.0 to 7, Windows Server 2008 R2 to 2025 and desktops, and needs nothing
  else. It only reads; it writes nothing but its result. It makes no network connection.
  Passwords, community names and other secrets are not collected. Run it as administrator:
  what may not be read otherwise is reported as unknown.

  The result is one zip file (on systems without .NET 4.5 a folder, to be sent to a compressed
  folder by hand) with a manifest that has the SHA-256 of every file.

.PARAMETER Out
  The folder that the result is put into; the current one by default.

.PARAMETER Key
  A one-time key. With it the manifest is signed (HMAC-SHA256); without it the result is
  unsigned, and says so.

.PARAMETER NoArchive
  Leaves a folder instead of a zip file.

.EXAMPLE
  powershell.exe -NoProfile -ExecutionPolicy Bypass -File xinglin-collect.ps1 -Out D:\ -Key 4f1c...
#>
param(
    [string]$Out = '.',
    [string]$Key = '',
    [switch]$NoArchive
)

$ErrorActionPreference = 'Stop'
$Invariant = [System.Globalization.CultureInfo]::InvariantCulture
$Utf8 = New-Object System.Text.UTF8Encoding($false)
foreach ($assembly in 'System.Core', 'System.IO.Compression', 'System.IO.Compression.FileSystem') {
    [void][System.Reflection.Assembly]::LoadWithPartialName($assembly)
}

# Values of the registry that are read: a key, and names in it.
$RegistryValues = @'
HKLM\SYSTEM\CurrentControlSet\Control\Lsa|LimitBlankPasswordUse,RestrictAnonymous,RestrictAnonymousSAM,EveryoneIncludesAnonymous,NoLMHash,LmCompatibilityLevel,SCENoApplyLegacyAuditPolicy,RunAsPPL
HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0|NTLMMinClientSec,NTLMMinServerSec
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest|UseLogonCredential
HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management|ClearPageFileAtShutdown
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System|DontDisplayLastUserName,InactivityTimeoutSecs,ScForceOption,EnableLUA,ConsentPromptBehaviorAdmin,FilterAdministratorToken,PromptOnSecureDesktop,LocalAccountTokenFilterPolicy
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit|ProcessCreationIncludeCmdLine_Enabled
HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon|AutoAdminLogon,DefaultPassword,CachedLogonsCount
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer|NoDriveTypeAutoRun,NoAutorun
HKLM\SOFTWARE\Policies\Microsoft\Windows\Installer|AlwaysInstallElevated
HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters|RequireSecuritySignature,SMB1,AutoShareServer,AutoShareWks,RestrictNullSessAccess
HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters|RequireSecuritySignature,EnablePlainTextPassword,AllowInsecureGuestAuth
HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanWorkstation|AllowInsecureGuestAuth
HKLM\SYSTEM\CurrentControlSet\Services\mrxsmb10|Start
HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient|EnableMulticast
HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services|fDenyTSConnections,SecurityLayer,MinEncryptionLevel,UserAuthentication,MaxIdleTime,MaxDisconnectionTime,fPromptForPassword,fDisableCdm,fAllowToGetHelp
HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server|fDenyTSConnections
HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp|SecurityLayer,MinEncryptionLevel,UserAuthentication,MaxIdleTime,MaxDisconnectionTime,fPromptForPassword,fDisableCdm,PortNumber
HKLM\SYSTEM\CurrentControlSet\Control\Remote Assistance|fAllowToGetHelp
HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service|AllowUnencryptedTraffic,AllowBasic
HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service|allow_unencrypted,auth_basic
HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging|EnableScriptBlockLogging
HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ModuleLogging|EnableModuleLogging
HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\Transcription|EnableTranscripting
HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR|Start
HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices|Deny_All
HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate|WUServer
HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU|NoAutoUpdate,AUOptions,UseWUServer
HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers\PointAndPrint|NoWarningNoElevationOnInstall,UpdatePromptSettings,RestrictDriverInstallationToAdministrators
HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers|RegisterSpoolerRemoteRpcEndPoint
HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Security|RestrictGuestAccess
HKLM\SYSTEM\CurrentControlSet\Services\EventLog\System|RestrictGuestAccess
HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application|RestrictGuestAccess
HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters|Type,NtpServer
HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters|Type,NtpServer
HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State|UEFISecureBootEnabled
HKLM\SOFTWARE\Policies\Microsoft\Windows Defender|DisableAntiSpyware
HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters|LDAPServerIntegrity
HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters|RequireSignOrSeal,DisablePasswordChange
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\SSL 2.0\Server|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\SSL 3.0\Server|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.0\Server|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.1\Server|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Server|Enabled,DisabledByDefault
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\RC4 128/128|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\RC4 56/128|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\DES 56/56|Enabled
HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\Triple DES 168|Enabled
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile|EnableFirewall,DefaultInboundAction
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile|EnableFirewall,DefaultInboundAction
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile|EnableFirewall,DefaultInboundAction
HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile|EnableFirewall,DefaultInboundAction
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile|EnableFirewall,DefaultInboundAction
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile|EnableFirewall,DefaultInboundAction
HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile\Logging|LogDroppedPackets,LogSuccessfulConnections,LogFileSize
'@

# Values of which only their presence is told.
$SecretValues = @('DefaultPassword')

# ---------------------------------------------------------------- JSON, digests, files

# PowerShell 2.0 has no ConvertTo-Json; and the later ones differ in dates and single items.
function Add-JsonText($Builder, [string]$Text) {
    [void]$Builder.Append('"')
    foreach ($char in $Text.ToCharArray()) {
        $code = [int]$char
        if ($code -eq 34) { [void]$Builder.Append('\"') }
        elseif ($code -eq 92) { [void]$Builder.Append('\\') }
        elseif ($code -lt 32 -or $code -eq 127 -or ($code -ge 0xD800 -and $code -le 0xDFFF)) {
            [void]$Builder.Append('\u' + $code.ToString('x4', $Invariant))
        }
        else { [void]$Builder.Append($char) }
    }
    [void]$Builder.Append('"')
}

function Add-Json($Builder, $Value) {
    if ($null -eq $Value) { [void]$Builder.Append('null'); return }
    if ($Value -is [System.Management.Automation.PSObject]) { $Value = $Value.psobject.BaseObject }
    if ($Value -is [bool]) { [void]$Builder.Append($Value.ToString().ToLowerInvariant()); return }
    if ($Value -is [string] -or $Value -is [char]) { Add-JsonText $Builder ([string]$Value); return }
    if ($Value -is [datetime]) {
        Add-JsonText $Builder ($Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $Invariant))
        return
    }
    if ($Value -is [System.Enum]) { Add-JsonText $Builder $Value.ToString(); return }
    if ($Value -is [System.ValueType]) { [void]$Builder.Append([System.Convert]::ToString($Value, $Invariant)); return }
    if ($Value -is [System.Collections.IDictionary]) {
        [void]$Builder.Append('{')
        $first = $true
        foreach ($name in @($Value.Keys)) {
            if (-not $first) { [void]$Builder.Append(',') }
            $first = $false
            Add-JsonText $Builder ([string]$name)
            [void]$Builder.Append(':')
            Add-Json $Builder $Value[$name]
        }
        [void]$Builder.Append('}')
        return
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        [void]$Builder.Append('[')
        $first = $true
        foreach ($item in $Value) {
            if (-not $first) { [void]$Builder.Append(',') }
            $first = $false
            Add-Json $Builder $item
        }
        [void]$Builder.Append(']')
        return
    }
    Add-JsonText $Builder ([string]$Value)
}

function Write-Json([string]$Name, $Value) {
    $builder = New-Object System.Text.StringBuilder
    Add-Json $builder $Value
    [System.IO.File]::WriteAllText((Join-Path $Folder $Name), $builder.ToString(), $Utf8)
}

# The managed implementation refuses to work where Windows is in FIPS mode.
function New-Sha256 {
    try { New-Object System.Security.Cryptography.SHA256CryptoServiceProvider }
    catch { [System.Security.Cryptography.SHA256]::Create() }
}

function ConvertTo-Hex([byte[]]$Bytes) {
    [System.BitConverter]::ToString($Bytes).Replace('-', '').ToLowerInvariant()
}

# HMAC-SHA256 (RFC 2104), by the hash above.
function Get-Signature([byte[]]$Secret, [byte[]]$Message) {
    $sha = New-Sha256
    if ($Secret.Length -gt 64) { $Secret = $sha.ComputeHash($Secret) }
    $inner = New-Object 'byte[]' (64 + $Message.Length)
    $outer = New-Object 'byte[]' 96
    for ($index = 0; $index -lt 64; $index++) {
        $byte = 0
        if ($index -lt $Secret.Length) { $byte = $Secret[$index] }
        $inner[$index] = $byte -bxor 0x36
        $outer[$index] = $byte -bxor 0x5c
    }
    [System.Array]::Copy($Message, 0, $inner, 64, $Message.Length)
    $digest = $sha.ComputeHash($inner)
    [System.Array]::Copy($digest, 0, $outer, 64, 32)
    ConvertTo-Hex $sha.ComputeHash($outer)
}

# Writes what a collecting block puts out as one section. An error makes it unknown.
function Add-Section([string]$Name, [scriptblock]$Collect) {
    $items = New-Object System.Collections.ArrayList
    $problem = $null
    try { & $Collect | ForEach-Object { if ($null -ne $_) { [void]$items.Add($_) } } }
    catch {
        $problem = $_.Exception.Message
        $items.Clear()
    }
    Write-Json ($Name + '.json') @{ section = $Name; error = $problem; items = $items }
    if ($null -ne $problem) { Write-Host ('  ' + $Name + ': ' + $problem) }
}

# Runs a program of Windows, and returns what it printed, byte for byte.
function Invoke-Program([string]$Program, [string]$Arguments) {
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = Join-Path ([System.Environment]::SystemDirectory) $Program
    $start.Arguments = $Arguments
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $printed = New-Object System.IO.MemoryStream
    $buffer = New-Object 'byte[]' 65536
    $stream = $process.StandardOutput.BaseStream
    while (($count = $stream.Read($buffer, 0, $buffer.Length)) -gt 0) { $printed.Write($buffer, 0, $count) }
    $process.WaitForExit()
    return , $printed.ToArray()
}

# ---------------------------------------------------------------- WMI and registry

$HasCim = $null -ne (Get-Command Get-CimInstance -ErrorAction SilentlyContinue)

function Get-Class([string]$Class, [string]$Filter = '', [string]$Namespace = 'root\cimv2') {
    $arguments = @{ Namespace = $Namespace; ErrorAction = 'Stop' }
    if ($Filter -ne '') { $arguments.Filter = $Filter }
    if ($HasCim) { Get-CimInstance -ClassName $Class @arguments }
    else { Get-WmiObject -Class $Class @arguments }
}

# The value as WMI has it: PowerShell itself converts some by the language of the system.
function Get-Raw($Instance, [string]$Property) {
    if ($HasCim) { $Instance.CimInstanceProperties[$Property].Value }
    else { $Instance.psbase.Properties[$Property].Value }
}

function Invoke-Method($Instance, [string]$Method) {
    if ($HasCim) { Invoke-CimMethod -InputObject $Instance -MethodName $Method }
    else { $Instance.psbase.InvokeMethod($Method, $null, $null) }
}

function ConvertTo-Date($Value) {
    if ($null -eq $Value) { return $null }
    if ($Value -is [datetime]) { return $Value }
    try { return [System.Management.ManagementDateTimeConverter]::ToDateTime([string]$Value) }
    catch { return $null }
}

# The key of a path such as HKLM\SYSTEM, or nothing where there is none.
function Open-Key([string]$Path) {
    $hive, $rest = $Path -split '\\', 2
    $root = [Microsoft.Win32.Registry]::LocalMachine
    if ($hive -eq 'HKU') { $root = [Microsoft.Win32.Registry]::Users }
    $root.OpenSubKey($rest)
}

function Read-Value([string]$Path, [string]$Name) {
    $item = @{ key = $Path; name = $Name; state = 'absent'; data = $null }
    try {
        $opened = Open-Key $Path
        if ($null -ne $opened) {
            $data = $opened.GetValue($Name, $null)
            $opened.Close()
            if ($null -ne $data) {
                $item.state = 'present'
                $item.data = $data
                if ($SecretValues -contains $Name) { $item.data = [int]([string]$data -ne '') }
            }
        }
    }
    catch { $item.state = 'denied' }
    $item
}

function Get-ValueOf([string]$Path, [string]$Name) {
    $read = Read-Value $Path $Name
    $read.data
}

function Get-Names([string]$Path) {
    $opened = Open-Key $Path
    if ($null -ne $opened) {
        $opened.GetValueNames()
        $opened.Close()
    }
}

function Get-SubKeys([string]$Path) {
    $opened = Open-Key $Path
    if ($null -ne $opened) {
        $opened.GetSubKeyNames()
        $opened.Close()
    }
}

# ---------------------------------------------------------------- what is collected

function Get-Computer {
    $current = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $system = Get-Class 'Win32_ComputerSystem'
    $windows = Get-Class 'Win32_OperatingSystem'
    $build = Get-ValueOf $current 'CurrentBuild'
    if ($null -eq $build) { $build = Get-ValueOf $current 'CurrentBuildNumber' }
    $product = [string](Get-ValueOf $current 'ProductName')
    # The registry of Windows 11 still says 10.
    if ([int]$build -ge 22000) { $product = $product -replace '^Windows 10', 'Windows 11' }
    @{
        name = [string]$env:COMPUTERNAME
        product_name = $product
        edition = Get-ValueOf $current 'EditionID'
        installation_type = Get-ValueOf $current 'InstallationType'
        build = [int]$build
        ubr = Get-ValueOf $current 'UBR'
        domain_role = [int]$system.DomainRole
        install_date = ConvertTo-Date $windows.InstallDate
        last_boot = ConvertTo-Date $windows.LastBootUpTime
        elevated = $Elevated
        powershell = $PSVersionTable.PSVersion.ToString()
    }
}

function Get-RegistryValues {
    foreach ($line in $RegistryValues -split "`r?`n") {
        if ($line.Trim() -eq '') { continue }
        $path, $names = $line.Trim() -split '\|', 2
        foreach ($name in $names -split ',') { Read-Value $path $name }
    }
    # Screen savers of the users who are signed in.
    foreach ($sid in [Microsoft.Win32.Registry]::Users.GetSubKeyNames()) {
        if ($sid -notmatch '^S-1-5-21-[0-9]+-[0-9]+-[0-9]+-[0-9]+$') { continue }
        foreach ($path in 'Software\Policies\Microsoft\Windows\Control Panel\Desktop', 'Control Panel\Desktop') {
            foreach ($name in 'ScreenSaveActive', 'ScreenSaverIsSecure', 'ScreenSaveTimeOut') {
                Read-Value ('HKU\' + $sid + '\' + $path) $name
            }
        }
    }
}

function Get-Users {
    foreach ($user in @(Get-Class 'Win32_UserAccount' 'LocalAccount=True')) {
        $age = $null
        $last = $null
        $known = $false
        try {
            $entry = [ADSI]('WinNT://' + $env:COMPUTERNAME + '/' + $user.Name + ',user')
            $age = [int]([math]::Floor([double]$entry.psbase.Properties['PasswordAge'].Value / 86400))
            $known = $true
            # Reading it is an error where the user never signed in.
            $last = $entry.psbase.Properties['LastLogin'].Value
        }
        catch { $last = $null }
        @{
            name = [string]$user.Name
            sid = [string]$user.SID
            enabled = -not [bool]$user.Disabled
            password_required = [bool]$user.PasswordRequired
            password_expires = [bool]$user.PasswordExpires
            password_age_days = $age
            last_logon = $last
            last_logon_known = $known
        }
    }
}

function Get-Groups {
    $read = [System.Reflection.BindingFlags]::GetProperty
    foreach ($group in @(Get-Class 'Win32_Group' 'LocalAccount=True')) {
        $members = New-Object System.Collections.ArrayList
        $entry = [ADSI]('WinNT://' + $env:COMPUTERNAME + '/' + $group.Name + ',group')
        foreach ($member in @($entry.psbase.Invoke('Members'))) {
            $type = $member.GetType()
            $path = [string]$type.InvokeMember('ADsPath', $read, $null, $member, $null)
            $sid = ''
            try {
                [byte[]]$bytes = $type.InvokeMember('objectSid', $read, $null, $member, $null)
                $sid = (New-Object System.Security.Principal.SecurityIdentifier($bytes, 0)).Value
            }
            catch { $sid = '' }
            [void]$members.Add(@{ name = $path -replace '^WinNT://', ''; sid = $sid })
        }
        @{ name = [string]$group.Name; sid = [string]$group.SID; members = $members }
    }
}

function Get-Services {
    foreach ($service in @(Get-Class 'Win32_Service')) {
        # Arguments may hold passwords; the program alone is told.
        $path = ''
        if ([string]$service.PathName -match '^(.*?\.exe"?)') { $path = $matches[1] }
        @{
            name = [string]$service.Name
            state = [string]$service.State
            start = [string]$service.StartMode
            account = [string]$service.StartName
            path = $path
        }
    }
}

function Get-Hotfixes {
    foreach ($update in @(Get-Class 'Win32_QuickFixEngineering')) {
        @{ id = [string]$update.HotFixID; installed_on = Get-Raw $update 'InstalledOn' }
    }
}

function Get-LastUpdate {
    $automatic = New-Object -ComObject Microsoft.Update.AutoUpdate
    $date = $automatic.Results.LastInstallationSuccessDate
    # The interface has universal time, and does not say so.
    if ($date -is [datetime]) { $date = [datetime]::SpecifyKind($date, [System.DateTimeKind]::Utc) }
    @{ last_install = $date }
}

function Get-FirewallRules {
    $places = @{
        local = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules'
        policy = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules'
    }
    foreach ($origin in 'local', 'policy') {
        foreach ($name in @(Get-Names $places[$origin])) {
            $rule = [string](Get-ValueOf $places[$origin] $name)
            if ($rule -match '\|Active=TRUE\|' -and $rule -match '\|Dir=In\|') {
                @{ name = $name; origin = $origin; rule = $rule }
            }
        }
    }
}

function Get-Defender {
    $status = Get-MpComputerStatus
    @{
        enabled = [bool]$status.AntivirusEnabled
        real_time = [bool]$status.RealTimeProtectionEnabled
        signature_days = [long]$status.AntivirusSignatureAge
        passive = [string]$status.AMRunningMode -match 'Passive'
    }
}

function Get-AntivirusProducts {
    foreach ($product in @(Get-Class 'AntiVirusProduct' '' 'root\SecurityCenter2')) {
        @{ name = [string]$product.displayName; state = [long]$product.productState }
    }
}

function Get-Volumes {
    $encrypted = $null
    try {
        $encrypted = @{}
        foreach ($volume in @(Get-Class 'Win32_EncryptableVolume' '' 'root\cimv2\Security\MicrosoftVolumeEncryption')) {
            if ($volume.DriveLetter) { $encrypted[[string]$volume.DriveLetter] = [int]$volume.ProtectionStatus -eq 1 }
        }
    }
    catch {
        # Where BitLocker is not installed nothing is encrypted by it; others may not look.
        $encrypted = $null
        if ($Elevated) { $encrypted = @{} }
    }
    foreach ($disk in @(Get-Class 'Win32_LogicalDisk' 'DriveType=3')) {
        $state = $null
        if ($null -ne $encrypted) { $state = [bool]$encrypted[[string]$disk.DeviceID] }
        @{
            letter = [string]$disk.DeviceID
            file_system = $disk.FileSystem
            system = [string]$disk.DeviceID -eq $env:SystemDrive
            encrypted = $state
        }
    }
}

function Get-Shares {
    $allowed = @{}
    foreach ($setting in @(Get-Class 'Win32_LogicalShareSecuritySetting')) {
        try {
            $descriptor = (Invoke-Method $setting 'GetSecurityDescriptor').Descriptor
            $sids = New-Object System.Collections.ArrayList
            foreach ($entry in @($descriptor.DACL)) {
                if ($null -ne $entry -and [int]$entry.AceType -eq 0) { [void]$sids.Add([string]$entry.Trustee.SIDString) }
            }
            # No list at all admits everybody.
            if ($null -eq $descriptor.DACL) { [void]$sids.Add('S-1-1-0') }
            $allowed[[string]$setting.Name] = $sids
        }
        catch { $allowed[[string]$setting.Name] = $null }
    }
    foreach ($share in @(Get-Class 'Win32_Share')) {
        @{
            name = [string]$share.Name
            path = [string]$share.Path
            kind = [long]$share.Type
            allowed = $allowed[[string]$share.Name]
        }
    }
}

function Get-SmbServer {
    $server = Get-SmbServerConfiguration
    @{
        smb1 = [bool]$server.EnableSMB1Protocol
        signing_required = [bool]$server.RequireSecuritySignature
        encrypts = [bool]$server.EncryptData
    }
}

function Get-EventLogs {
    $names = 'Security', 'System', 'Application', 'Microsoft-Windows-PowerShell/Operational', 'ForwardedEvents'
    foreach ($name in $names) {
        $log = $null
        try { $log = Get-WinEvent -ListLog $name -ErrorAction Stop } catch { continue }
        $oldest = $null
        try { $oldest = (Get-WinEvent -LogName $name -Oldest -MaxEvents 1 -ErrorAction Stop).TimeCreated } catch { $oldest = $null }
        @{
            name = $name
            enabled = [bool]$log.IsEnabled
            max_bytes = [long]$log.MaximumSizeInBytes
            mode = [string]$log.LogMode
            oldest = $oldest
        }
    }
}

function Get-EventLogFolder {
    $acl = Get-Acl (Join-Path $env:SystemRoot 'System32\winevt\Logs')
    $writers = New-Object System.Collections.ArrayList
    # Write data, append data, delete, change rights, take ownership, all, write.
    $writing = 0x2 -bor 0x4 -bor 0x10000 -bor 0x40000 -bor 0x80000 -bor 0x10000000 -bor 0x40000000
    foreach ($rule in $acl.GetAccessRules($true, $true, [System.Security.Principal.SecurityIdentifier])) {
        if ([string]$rule.AccessControlType -eq 'Allow' -and ([int]$rule.FileSystemRights -band $writing) -ne 0) {
            [void]$writers.Add($rule.IdentityReference.Value)
        }
    }
    @{ writers = $writers }
}

function Get-Subscriptions {
    $path = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager'
    foreach ($name in @(Get-Names $path)) {
        $target = [string](Get-ValueOf $path $name)
        if ($target -match 'Server=([^,]+)') { $target = $matches[1] }
        if ($target -ne '') { @{ server = $target } }
    }
}

function Get-Software {
    $root = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
    $other = 'HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall'
    foreach ($path in $root, $other) {
        foreach ($name in @(Get-SubKeys $path)) {
            $title = [string](Get-ValueOf ($path + '\' + $name) 'DisplayName')
            if ($title -eq '') { continue }
            @{
                name = $title
                version = [string](Get-ValueOf ($path + '\' + $name) 'DisplayVersion')
                publisher = [string](Get-ValueOf ($path + '\' + $name) 'Publisher')
            }
        }
    }
}

function Get-TasksOf($Place) {
    foreach ($task in @($Place.GetTasks(1))) {
        $commands = New-Object System.Collections.ArrayList
        foreach ($action in @($task.Definition.Actions)) {
            if ([int]$action.Type -ne 0) { continue }
            $command = ([string]$action.Path + ' ' + [string]$action.Arguments).Trim()
            $command = $command -replace '(?i)((password|passwd|pwd|pass|secret|token)\s*[=:]\s*)\S+', '$1***'
            [void]$commands.Add(($command -replace '(?i)(\s[-/](p|pw|password)\s+)\S+', '$1***'))
        }
        @{
            name = [string]$task.Path
            enabled = [bool]$task.Enabled
            commands = $commands
            last_run = $task.LastRunTime
            last_result = [long]$task.LastTaskResult
        }
    }
    foreach ($inner in @($Place.GetFolders(0))) {
        # Those of Windows itself, but for its backups, are none of the hospital's.
        $path = [string]$inner.Path
        if ($path -like '\Microsoft\*' -and $path -ne '\Microsoft\Windows' -and $path -notlike '\Microsoft\Windows\*Backup*') { continue }
        Get-TasksOf $inner
    }
}

function Get-Tasks {
    $scheduler = New-Object -ComObject Schedule.Service
    $scheduler.Connect()
    Get-TasksOf ($scheduler.GetFolder('\'))
}

function Get-Features {
    foreach ($feature in @(Get-Class 'Win32_OptionalFeature' 'InstallState=1')) { @{ name = [string]$feature.Name } }
}

function Get-Adapters {
    foreach ($adapter in @(Get-Class 'Win32_NetworkAdapterConfiguration' 'IPEnabled=True')) {
        @{
            name = [string]$adapter.Description
            netbios = $adapter.TcpipNetbiosOptions
            addresses = @($adapter.IPAddress)
        }
    }
}

function Get-Communities {
    $places = 'HKLM\SYSTEM\CurrentControlSet\Services\SNMP\Parameters\ValidCommunities',
        'HKLM\SOFTWARE\Policies\SNMP\Parameters\ValidCommunities'
    foreach ($path in $places) {
        foreach ($name in @(Get-Names $path)) {
            # The name is the password: it stays here.
            $told = 'set'
            if ($name -eq 'public' -or $name -eq 'private') { $told = $name.ToLowerInvariant() }
            @{ name = $told; writes = [int](Get-ValueOf $path $name) -ge 8 }
        }
    }
}

function Get-CredentialProviders {
    $root = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Providers'
    foreach ($class in @(Get-SubKeys $root)) {
        @{ class = $class; name = [string](Get-ValueOf ($root + '\' + $class) '') }
    }
}

function Get-DeviceGuard {
    $guard = Get-Class 'Win32_DeviceGuard' '' 'root\Microsoft\Windows\DeviceGuard'
    @{ running = @($guard.SecurityServicesRunning | ForEach-Object { [int]$_ }) }
}

function Get-Processes {
    foreach ($process in @(Get-Process)) { @{ id = [int]$process.Id; name = [string]$process.ProcessName } }
}

# ---------------------------------------------------------------- the run

if ([System.IntPtr]::Size -eq 4 -and $env:PROCESSOR_ARCHITEW6432) {
    throw 'This is 32-bit PowerShell on 64-bit Windows, which sees another registry. Run the 64-bit one.'
}
$identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
$Elevated = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
if (-not $Elevated) { Write-Host 'Not run as administrator: much of it will be unknown.' }

$collectedAt = [datetime]::UtcNow
$target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
$base = 'xinglin-' + $env:COMPUTERNAME + '-' + $collectedAt.ToString('yyyyMMddHHmmss', $Invariant)
$Folder = Join-Path $target $base
[void](New-Item -ItemType Directory -Path $Folder -Force)
Write-Host ('Collecting into ' + $Folder)
try { (Get-Process -Id $PID).PriorityClass = 'BelowNormal' } catch { Write-Host '  priority not lowered' }

# The security policy and what is audited, as files of Windows' own form.
$log = Join-Path $Folder 'secedit.log'
[void](Invoke-Program 'secedit.exe' ('/export /cfg "' + (Join-Path $Folder 'secedit.inf') + '" /areas SECURITYPOLICY USER_RIGHTS /log "' + $log + '" /quiet'))
if (Test-Path $log) { Remove-Item $log -Force }
[void](Invoke-Program 'auditpol.exe' ('/backup /file:"' + (Join-Path $Folder 'auditpol.csv') + '"'))
[System.IO.File]::WriteAllBytes((Join-Path $Folder 'netstat.txt'), (Invoke-Program 'netstat.exe' '-ano'))
[System.IO.File]::WriteAllBytes((Join-Path $Folder 'time-source.txt'), (Invoke-Program 'w32tm.exe' '/query /source'))

Add-Section 'computer' { Get-Computer }
Add-Section 'registry' { Get-RegistryValues }
$role = 0
try { $role = [int](Get-Class 'Win32_ComputerSystem').DomainRole } catch { $role = 0 }
# The accounts of a domain controller are those of the domain.
if ($role -lt 4) {
    Add-Section 'users' { Get-Users }
    Add-Section 'groups' { Get-Groups }
}
Add-Section 'services' { Get-Services }
Add-Section 'hotfixes' { Get-Hotfixes }
Add-Section 'updates' { Get-LastUpdate }
Add-Section 'firewall_rules' { Get-FirewallRules }
if (Get-Command Get-MpComputerStatus -ErrorAction SilentlyContinue) { Add-Section 'defender' { Get-Defender } }
# Servers have no security center.
if ($role -lt 2) { Add-Section 'antivirus_products' { Get-AntivirusProducts } }
Add-Section 'volumes' { Get-Volumes }
Add-Section 'shares' { Get-Shares }
if (Get-Command Get-SmbServerConfiguration -ErrorAction SilentlyContinue) { Add-Section 'smb_server' { Get-SmbServer } }
Add-Section 'event_logs' { Get-EventLogs }
Add-Section 'event_log_folder' { Get-EventLogFolder }
Add-Section 'subscriptions' { Get-Subscriptions }
Add-Section 'software' { Get-Software }
Add-Section 'tasks' { Get-Tasks }
Add-Section 'features' { Get-Features }
Add-Section 'adapters' { Get-Adapters }
Add-Section 'snmp_communities' { Get-Communities }
Add-Section 'credential_providers' { Get-CredentialProviders }
Add-Section 'device_guard' { Get-DeviceGuard }
Add-Section 'processes' { Get-Processes }

# The manifest, signed where there is a key.
$listed = New-Object System.Collections.ArrayList
foreach ($file in @(Get-ChildItem $Folder | Sort-Object Name)) {
    $digest = (New-Sha256).ComputeHash([System.IO.File]::ReadAllBytes($file.FullName))
    [void]$listed.Add(@{ name = $file.Name; sha256 = ConvertTo-Hex $digest })
}
Write-Json 'manifest.json' @{
    format = 'xinglin.bundle/1'
    family = 'windows'
    collected_at = $collectedAt
    name = [string]$env:COMPUTERNAME
    files = $listed
}
$signed = 'unsigned: no key was given'
if ($Key -ne '') {
    $manifest = [System.IO.File]::ReadAllBytes((Join-Path $Folder 'manifest.json'))
    $signature = 'hmac-sha256 ' + (Get-Signature $Utf8.GetBytes($Key) $manifest)
    [System.IO.File]::WriteAllText((Join-Path $Folder 'manifest.sig'), $signature + "`n", $Utf8)
    $signed = 'signed'
}

$result = $Folder
if (-not $NoArchive -and ('System.IO.Compression.ZipFile' -as [type])) {
    $result = $Folder + '.zip'
    [System.IO.Compression.ZipFile]::CreateFromDirectory($Folder, $result)
    Remove-Item $Folder -Recurse -Force
}
Write-Host ('Done (' + $signed + '): ' + $result)
if ($result -eq $Folder) { Write-Host 'Send this folder to a compressed (zipped) folder, and upload that.' }
