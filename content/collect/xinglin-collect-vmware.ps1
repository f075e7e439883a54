<#
.SYNOPSIS
  Collects security-relevant settings of VMware hosts and machines for an inspection.

.DESCRIPTION
  Needs PowerCLI (module VMware.PowerCLI) on the computer it runs on, and an account with the
  role Read-only. It changes nothing. Connect first (Connect-VIServer), to a vCenter Server or
  to a single host; the script uses that connection and asks for no password.

  The result is one zip file with a manifest that has the SHA-256 of every file.

.PARAMETER Out
  The folder that the result is put into; the current one by default.

.PARAMETER Key
  A one-time key. With it the manifest is signed (HMAC-SHA256); without it the result is
  unsigned, and says so.

.EXAMPLE
  Connect-VIServer vcenter.hospital.example
  .\xinglin-collect-vmware.ps1 -Out D:\ -Key 4f1c...
#>
param(
    [string]$Out = '.',
    [string]$Key = ''
)

$ErrorActionPreference = 'Stop'
$Invariant = [System.Globalization.CultureInfo]::InvariantCulture
$Utf8 = New-Object System.Text.UTF8Encoding($false)
foreach ($assembly in 'System.IO.Compression', 'System.IO.Compression.FileSystem') {
    [void][System.Reflection.Assembly]::LoadWithPartialName($assembly)
}

# Settings of hosts and machines that are read; no other leaves the site.
$HostSettings = @(
    'Security.AccountLockFailures', 'Security.AccountUnlockTime', 'Security.PasswordQualityControl',
    'Security.PasswordHistory', 'Security.PasswordMaxDays', 'UserVars.ESXiShellInteractiveTimeOut',
    'UserVars.DcuiTimeOut', 'UserVars.ESXiVPsDisabledProtocols', 'Config.HostAgent.plugins.solo.enableMob',
    'Syslog.global.logHost', 'Mem.ShareForceSalting')
$MachineSettings = @(
    'isolation.tools.copy.disable', 'isolation.tools.paste.disable', 'isolation.tools.dnd.disable',
    'RemoteDisplay.vnc.enabled')
# Of these only their presence is told.
$SecretSettings = @('RemoteDisplay.vnc.key', 'RemoteDisplay.vnc.password')

# PowerShell's own conversion differs between versions in dates and single items.
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
    $first = $true
    if ($Value -is [System.Collections.IDictionary]) {
        [void]$Builder.Append('{')
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

function ConvertTo-Hex([byte[]]$Bytes) {
    [System.BitConverter]::ToString($Bytes).Replace('-', '').ToLowerInvariant()
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

function Get-Manager {
    $server = $global:DefaultVIServer
    $days = $null
    if ($server.ProductLine -eq 'vpx') {
        $kept = (Get-AdvancedSetting -Entity $server -Name 'event.maxAgeEnabled').Value
        $days = 0
        if ([string]$kept -eq 'True') { $days = [int](Get-AdvancedSetting -Entity $server -Name 'event.maxAge').Value }
    }
    @{ name = [string]$server.Name; version = [string]$server.Version; event_days = $days }
}

function Get-Hosts {
    foreach ($vmhost in @(Get-VMHost)) {
        $settings = @{}
        foreach ($setting in @(Get-AdvancedSetting -Entity $vmhost -Name $HostSettings)) {
            $settings[[string]$setting.Name] = $setting.Value
        }
        $services = New-Object System.Collections.ArrayList
        foreach ($service in @(Get-VMHostService -VMHost $vmhost)) {
            [void]$services.Add(@{ name = [string]$service.Key; running = [bool]$service.Running; start = [string]$service.Policy })
        }
        $level = $null
        $second = @{ VMHost = $vmhost; V2 = $true }
        try { $level = [string](Get-EsxCli @second).software.acceptance.get.Invoke() } catch { $level = $null }
        @{
            name = [string]$vmhost.Name
            version = [string]$vmhost.Version
            build = [string]$vmhost.Build
            lockdown = [string]$vmhost.ExtensionData.Config.LockdownMode
            acceptance = $level
            time_servers = @(Get-VMHostNtpServer -VMHost $vmhost)
            services = $services
            settings = $settings
        }
    }
}

function Get-Machines {
    foreach ($machine in @(Get-VM)) {
        $settings = @{}
        foreach ($setting in @($machine.ExtensionData.Config.ExtraConfig)) {
            if ($MachineSettings -contains $setting.Key) { $settings[[string]$setting.Key] = [string]$setting.Value }
            if ($SecretSettings -contains $setting.Key) { $settings[[string]$setting.Key] = 'set' }
        }
        $devices = New-Object System.Collections.ArrayList
        foreach ($device in @($machine.ExtensionData.Config.Hardware.Device)) {
            $kind = $device.GetType().Name
            if ($kind -match 'Floppy|SerialPort|ParallelPort|USB' -and $kind -notmatch 'Keyboard|Mouse') { [void]$devices.Add($kind) }
        }
        $forgetful = New-Object System.Collections.ArrayList
        foreach ($disk in @(Get-HardDisk -VM $machine)) {
            if ([string]$disk.Persistence -match 'NonPersistent') { [void]$forgetful.Add([string]$disk.Name) }
        }
        $oldest = $null
        foreach ($snapshot in @(Get-Snapshot -VM $machine)) {
            if ($null -ne $snapshot -and ($null -eq $oldest -or $snapshot.Created -lt $oldest)) { $oldest = $snapshot.Created }
        }
        @{
            name = [string]$machine.Name
            host = [string]$machine.VMHost.Name
            powered_on = [string]$machine.PowerState -eq 'PoweredOn'
            tools_running = [string]$machine.ExtensionData.Guest.ToolsRunningStatus -eq 'guestToolsRunning'
            devices = $devices
            forgetful_disks = $forgetful
            oldest_snapshot = $oldest
            snapshots_known = $true
            settings = $settings
        }
    }
}

function Get-Switches {
    foreach ($switch in @(Get-VirtualSwitch -Standard)) {
        $policy = Get-SecurityPolicy -VirtualSwitch $switch
        @{
            host = [string]$switch.VMHost.Name
            name = [string]$switch.Name
            promiscuous = [bool]$policy.AllowPromiscuous
            address_changes = [bool]$policy.MacChanges
            forged = [bool]$policy.ForgedTransmits
        }
    }
    foreach ($group in @(Get-VirtualPortGroup -Standard)) {
        $policy = Get-SecurityPolicy -VirtualPortGroup $group
        @{
            host = [string]$group.VirtualSwitch.VMHost.Name
            name = [string]$group.Name
            promiscuous = [bool]$policy.AllowPromiscuous
            address_changes = [bool]$policy.MacChanges
            forged = [bool]$policy.ForgedTransmits
        }
    }
}

function Get-Administrators {
    $names = @(Get-VIPermission | Where-Object { [string]$_.Role -eq 'Admin' } | ForEach-Object { [string]$_.Principal } | Sort-Object -Unique)
    foreach ($name in $names) { @{ name = $name } }
}

if (-not $global:DefaultVIServer) { throw 'Connect first: Connect-VIServer NAME' }
$collectedAt = [datetime]::UtcNow
$target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Out)
$label = ([string]$global:DefaultVIServer.Name) -replace '[^A-Za-z0-9.-]', '_'
$Folder = Join-Path $target ('xinglin-' + $label + '-' + $collectedAt.ToString('yyyyMMddHHmmss', $Invariant))
[void](New-Item -ItemType Directory -Path $Folder -Force)
Write-Host ('Collecting into ' + $Folder)

Add-Section 'manager' { Get-Manager }
Add-Section 'hosts' { Get-Hosts }
Add-Section 'machines' { Get-Machines }
Add-Section 'switches' { Get-Switches }
Add-Section 'administrators' { Get-Administrators }

# The manifest, signed where there is a key.
$sha = [System.Security.Cryptography.SHA256]::Create()
$listed = New-Object System.Collections.ArrayList
foreach ($file in @(Get-ChildItem $Folder | Sort-Object Name)) {
    $digest = $sha.ComputeHash([System.IO.File]::ReadAllBytes($file.FullName))
    [void]$listed.Add(@{ name = $file.Name; sha256 = ConvertTo-Hex $digest })
}
Write-Json 'manifest.json' @{
    format = 'xinglin.bundle/1'
    family = 'hypervisor'
    collected_at = $collectedAt
    name = $label
    files = $listed
}
$signed = 'unsigned: no key was given'
if ($Key -ne '') {
    $code = New-Object System.Security.Cryptography.HMACSHA256
    $code.Key = $Utf8.GetBytes($Key)
    $digest = $code.ComputeHash([System.IO.File]::ReadAllBytes((Join-Path $Folder 'manifest.json')))
    [System.IO.File]::WriteAllText((Join-Path $Folder 'manifest.sig'), 'hmac-sha256 ' + (ConvertTo-Hex $digest) + "`n", $Utf8)
    $signed = 'signed'
}
$result = $Folder + '.zip'
[System.IO.Compression.ZipFile]::CreateFromDirectory($Folder, $result)
Remove-Item $Folder -Recurse -Force
Write-Host ('Done (' + $signed + '): ' + $result)
