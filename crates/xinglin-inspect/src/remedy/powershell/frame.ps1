# @HEAD@
#Requires -Version 5.1
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
param(
    [switch] $Apply,
    [string] $Only = '',
    [string] $Backup = (Join-Path $env:ProgramData 'Xinglin\remedy')
)

$ErrorActionPreference = 'Stop'
if (-not $Apply) { $WhatIfPreference = $true }
$acts = $Apply -and -not $WhatIfPreference

$language = '@LANGUAGE@'
if ($language -eq 'zh') {
    $text = @{
        Rehearsal = '演练：下面是将要做的事，没有改动任何东西。执行请加 -Apply。'
        Done      = '完成'
        Failed    = '未成功，见日志'
        Broken    = '代码有语法错误，跳过'
        Log       = '日志和备份'
        Summary   = '步骤、失败'
    }
} else {
    $text = @{
        Rehearsal = 'Rehearsal: this is what would be done; nothing was changed. Add -Apply to act.'
        Done      = 'done'
        Failed    = 'did not succeed, see the log'
        Broken    = 'the code is not valid, left out'
        Log       = 'log and copies'
        Summary   = 'steps, failures'
    }
}

$script:total = 0
$script:failed = 0
$keep = Join-Path $Backup (Get-Date -Format 'yyyyMMddTHHmmss')
$log = Join-Path $keep 'log.txt'

if ($acts) {
    New-Item -ItemType Directory -Path $keep -Force | Out-Null
    # The policies of the machine as they were before the first step.
    & secedit.exe /export /cfg (Join-Path $keep 'secedit.inf') /quiet | Out-Null
    & auditpol.exe /backup "/file:$(Join-Path $keep 'auditpol.csv')" | Out-Null
} else {
    Write-Output $text.Rehearsal
}

function Invoke-Step {
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]
    param(
        [string] $Check,
        [string] $Title,
        [string[]] $Keys,
        [string] $Code
    )
    if ($Only -and $Only -ne $Check) { return }
    $script:total++
    Write-Output ''
    Write-Output "[$Check] $Title"
    try {
        $block = [scriptblock]::Create($Code)
    } catch {
        $script:failed++
        Write-Output "  $($text.Broken)"
        return
    }
    if (-not $acts) {
        foreach ($line in $Code -split "`n") { Write-Output "  | $($line.TrimEnd())" }
        return
    }
    if (-not $PSCmdlet.ShouldProcess($Check, $Title)) { return }
    $number = 0
    foreach ($key in $Keys) {
        $number++
        # A key that is not there yet has nothing to keep.
        if (Test-Path -LiteralPath "Registry::$key") {
            & reg.exe export $key (Join-Path $keep "$Check.$number.reg") /y | Out-Null
        }
    }
    Add-Content -LiteralPath $log -Encoding UTF8 -Value "[$Check] $Title"
    try {
        $global:LASTEXITCODE = 0
        $said = & $block *>&1 | Out-String
        Add-Content -LiteralPath $log -Encoding UTF8 -Value $said
        if ($global:LASTEXITCODE -ne 0) { throw "exit code $global:LASTEXITCODE" }
        Write-Output "  $($text.Done)"
    } catch {
        $script:failed++
        Add-Content -LiteralPath $log -Encoding UTF8 -Value "! $_"
        Write-Output "  $($text.Failed): $_"
    }
}

# @STEPS@

Write-Output ''
Write-Output "$($text.Summary): $script:total, $script:failed"
if ($acts) { Write-Output "$($text.Log): $keep" }
if ($script:failed -gt 0) { exit 1 }
