//! The settings that are read. The collector script reads the same places; a test compares.

use super::{
    Default::{Always, Since, Unknown},
    Place,
};

const LSA: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa";
const LSA_NTLM: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0";
const WDIGEST: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest";
const MEMORY: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management";
const SYSTEM: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System";
const SYSTEM_AUDIT: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit";
const WINLOGON: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon";
const EXPLORER: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer";
const SMB_SERVER: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters";
const SMB_CLIENT: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters";
const SMB_CLIENT_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanWorkstation";
const SMB1_DRIVER: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\mrxsmb10";
const DNS_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient";
const RDP_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services";
const RDP: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server";
const RDP_TCP: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp";
const ASSISTANCE: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Remote Assistance";
const WINRM_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service";
const WINRM: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service";
const SCRIPT_BLOCKS: &str =
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging";
const MODULES: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ModuleLogging";
const TRANSCRIPTS: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\Transcription";
const USB_STORAGE: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\USBSTOR";
const REMOVABLE: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\RemovableStorageDevices";
const UPDATES: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate";
const AUTOMATIC: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU";
const POINT_AND_PRINT: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers\PointAndPrint";
const PRINTERS: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers";
const INSTALLER: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\Installer";
const SECURITY_LOG: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Security";
const SYSTEM_LOG: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\System";
const APPLICATION_LOG: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application";
const SECURE_BOOT: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State";
const TIME: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters";
const TIME_POLICY: &str = r"HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters";
const NTDS: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters";
const NETLOGON: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters";
const DEFENDER: &str = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender";

macro_rules! protocol {
    ($name:literal) => {
        concat!(
            r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\",
            $name,
            r"\Server"
        )
    };
}
macro_rules! cipher {
    ($name:literal) => {
        concat!(
            r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Ciphers\",
            $name
        )
    };
}

const fn row(
    name: &'static str,
    places: &'static [(&'static str, &'static str)],
    absent: super::Default,
) -> Place {
    Place {
        name,
        places,
        absent,
    }
}

/// All settings.
pub const SETTINGS: [Place; 82] = [
    // Sign-in and local security authority.
    row(
        "limit_blank_passwords",
        &[(LSA, "LimitBlankPasswordUse")],
        Always(1),
    ),
    row(
        "restrict_anonymous",
        &[(LSA, "RestrictAnonymous")],
        Always(0),
    ),
    row(
        "restrict_anonymous_sam",
        &[(LSA, "RestrictAnonymousSAM")],
        Always(1),
    ),
    row(
        "everyone_includes_anonymous",
        &[(LSA, "EveryoneIncludesAnonymous")],
        Always(0),
    ),
    row("no_lm_hash", &[(LSA, "NoLMHash")], Always(1)),
    row(
        "lm_compatibility_level",
        &[(LSA, "LmCompatibilityLevel")],
        Always(3),
    ),
    row(
        "ntlm_client_security",
        &[(LSA_NTLM, "NTLMMinClientSec")],
        Always(0x2000_0000),
    ),
    row(
        "ntlm_server_security",
        &[(LSA_NTLM, "NTLMMinServerSec")],
        Always(0x2000_0000),
    ),
    row(
        "subcategories_hold",
        &[(LSA, "SCENoApplyLegacyAuditPolicy")],
        Always(1),
    ),
    // Clean installations of Windows 11 22H2 and later have it on by themselves.
    row(
        "lsa_protection",
        &[(LSA, "RunAsPPL")],
        Since(&[(0, Some(0)), (22_621, None)]),
    ),
    row(
        "wdigest",
        &[(WDIGEST, "UseLogonCredential")],
        Since(&[(0, Some(1)), (9_600, Some(0))]),
    ),
    row(
        "clear_page_file",
        &[(MEMORY, "ClearPageFileAtShutdown")],
        Always(0),
    ),
    row(
        "hide_last_user",
        &[(SYSTEM, "DontDisplayLastUserName")],
        Always(0),
    ),
    row(
        "inactivity_seconds",
        &[(SYSTEM, "InactivityTimeoutSecs")],
        Always(0),
    ),
    row(
        "smart_card_required",
        &[(SYSTEM, "ScForceOption")],
        Always(0),
    ),
    row("auto_logon", &[(WINLOGON, "AutoAdminLogon")], Always(0)),
    // The collector says only that there is one.
    row(
        "auto_logon_password",
        &[(WINLOGON, "DefaultPassword")],
        Always(0),
    ),
    row(
        "cached_logons",
        &[(WINLOGON, "CachedLogonsCount")],
        Always(10),
    ),
    // User account control.
    row("uac", &[(SYSTEM, "EnableLUA")], Always(1)),
    row(
        "uac_administrator_prompt",
        &[(SYSTEM, "ConsentPromptBehaviorAdmin")],
        Always(5),
    ),
    row(
        "uac_built_in_administrator",
        &[(SYSTEM, "FilterAdministratorToken")],
        Always(0),
    ),
    row(
        "uac_secure_desktop",
        &[(SYSTEM, "PromptOnSecureDesktop")],
        Always(1),
    ),
    row(
        "remote_local_administrators",
        &[(SYSTEM, "LocalAccountTokenFilterPolicy")],
        Always(0),
    ),
    row(
        "always_install_elevated",
        &[(INSTALLER, "AlwaysInstallElevated")],
        Always(0),
    ),
    // File sharing. Signing is asked for by default from 24H2 and Server 2025 on, and by
    // domain controllers.
    row(
        "smb_server_signing",
        &[(SMB_SERVER, "RequireSecuritySignature")],
        Since(&[(0, Some(0)), (26_100, None)]),
    ),
    row(
        "smb_client_signing",
        &[(SMB_CLIENT, "RequireSecuritySignature")],
        Since(&[(0, Some(0)), (26_100, None)]),
    ),
    row(
        "smb_client_plain_password",
        &[(SMB_CLIENT, "EnablePlainTextPassword")],
        Always(0),
    ),
    row(
        "smb_guest",
        &[
            (SMB_CLIENT_POLICY, "AllowInsecureGuestAuth"),
            (SMB_CLIENT, "AllowInsecureGuestAuth"),
        ],
        Since(&[(0, None), (16_299, Some(0))]),
    ),
    // A component that can be removed from Windows 10 1709 and Server 1709 on.
    row(
        "smb1_server",
        &[(SMB_SERVER, "SMB1")],
        Since(&[(0, Some(1)), (16_299, None)]),
    ),
    row(
        "smb1_client_driver",
        &[(SMB1_DRIVER, "Start")],
        Since(&[(0, None), (16_299, Some(4))]),
    ),
    row(
        "auto_share_server",
        &[(SMB_SERVER, "AutoShareServer")],
        Always(1),
    ),
    row(
        "auto_share_workstation",
        &[(SMB_SERVER, "AutoShareWks")],
        Always(1),
    ),
    row(
        "restrict_null_sessions",
        &[(SMB_SERVER, "RestrictNullSessAccess")],
        Always(1),
    ),
    // Names on the local network.
    row("llmnr", &[(DNS_POLICY, "EnableMulticast")], Always(1)),
    // Remote desktop.
    row(
        "rdp_denied",
        &[
            (RDP_POLICY, "fDenyTSConnections"),
            (RDP, "fDenyTSConnections"),
        ],
        Always(1),
    ),
    row(
        "rdp_security_layer",
        &[(RDP_POLICY, "SecurityLayer"), (RDP_TCP, "SecurityLayer")],
        Unknown,
    ),
    row(
        "rdp_encryption_level",
        &[
            (RDP_POLICY, "MinEncryptionLevel"),
            (RDP_TCP, "MinEncryptionLevel"),
        ],
        Unknown,
    ),
    row(
        "rdp_network_authentication",
        &[
            (RDP_POLICY, "UserAuthentication"),
            (RDP_TCP, "UserAuthentication"),
        ],
        Unknown,
    ),
    row(
        "rdp_idle_milliseconds",
        &[(RDP_POLICY, "MaxIdleTime"), (RDP_TCP, "MaxIdleTime")],
        Always(0),
    ),
    row(
        "rdp_disconnected_milliseconds",
        &[
            (RDP_POLICY, "MaxDisconnectionTime"),
            (RDP_TCP, "MaxDisconnectionTime"),
        ],
        Always(0),
    ),
    row(
        "rdp_ask_password",
        &[
            (RDP_POLICY, "fPromptForPassword"),
            (RDP_TCP, "fPromptForPassword"),
        ],
        Always(0),
    ),
    row(
        "rdp_drives_denied",
        &[(RDP_POLICY, "fDisableCdm"), (RDP_TCP, "fDisableCdm")],
        Always(0),
    ),
    row("rdp_port", &[(RDP_TCP, "PortNumber")], Always(3_389)),
    row(
        "remote_assistance",
        &[
            (RDP_POLICY, "fAllowToGetHelp"),
            (ASSISTANCE, "fAllowToGetHelp"),
        ],
        Unknown,
    ),
    // Remote management and scripts.
    row(
        "winrm_unencrypted",
        &[
            (WINRM_POLICY, "AllowUnencryptedTraffic"),
            (WINRM, "allow_unencrypted"),
        ],
        Always(0),
    ),
    row(
        "winrm_basic",
        &[(WINRM_POLICY, "AllowBasic"), (WINRM, "auth_basic")],
        Always(0),
    ),
    row(
        "powershell_script_blocks",
        &[(SCRIPT_BLOCKS, "EnableScriptBlockLogging")],
        Always(0),
    ),
    row(
        "powershell_modules",
        &[(MODULES, "EnableModuleLogging")],
        Always(0),
    ),
    row(
        "powershell_transcripts",
        &[(TRANSCRIPTS, "EnableTranscripting")],
        Always(0),
    ),
    row(
        "command_line_audited",
        &[(SYSTEM_AUDIT, "ProcessCreationIncludeCmdLine_Enabled")],
        Always(0),
    ),
    // Media.
    row(
        "autorun_drives_denied",
        &[(EXPLORER, "NoDriveTypeAutoRun")],
        Always(0x91),
    ),
    row("autorun_denied", &[(EXPLORER, "NoAutorun")], Always(0)),
    row("usb_storage_start", &[(USB_STORAGE, "Start")], Always(3)),
    row("removable_denied", &[(REMOVABLE, "Deny_All")], Always(0)),
    // Updates.
    row("updates_off", &[(AUTOMATIC, "NoAutoUpdate")], Always(0)),
    row("updates_mode", &[(AUTOMATIC, "AUOptions")], Unknown),
    row(
        "updates_from_own_server",
        &[(AUTOMATIC, "UseWUServer")],
        Always(0),
    ),
    row("updates_server", &[(UPDATES, "WUServer")], Unknown),
    // Printing. Only administrators install drivers by default since the updates of August 2021.
    row(
        "point_and_print_silent_install",
        &[(POINT_AND_PRINT, "NoWarningNoElevationOnInstall")],
        Always(0),
    ),
    row(
        "point_and_print_silent_update",
        &[(POINT_AND_PRINT, "UpdatePromptSettings")],
        Always(0),
    ),
    row(
        "point_and_print_administrators",
        &[(
            POINT_AND_PRINT,
            "RestrictDriverInstallationToAdministrators",
        )],
        Always(1),
    ),
    row(
        "spooler_remote",
        &[(PRINTERS, "RegisterSpoolerRemoteRpcEndPoint")],
        Always(1),
    ),
    // Event logs and time.
    row(
        "security_log_guests_denied",
        &[(SECURITY_LOG, "RestrictGuestAccess")],
        Unknown,
    ),
    row(
        "system_log_guests_denied",
        &[(SYSTEM_LOG, "RestrictGuestAccess")],
        Unknown,
    ),
    row(
        "application_log_guests_denied",
        &[(APPLICATION_LOG, "RestrictGuestAccess")],
        Unknown,
    ),
    row(
        "time_type",
        &[(TIME_POLICY, "Type"), (TIME, "Type")],
        Unknown,
    ),
    row(
        "time_servers",
        &[(TIME_POLICY, "NtpServer"), (TIME, "NtpServer")],
        Unknown,
    ),
    // Platform.
    row(
        "secure_boot",
        &[(SECURE_BOOT, "UEFISecureBootEnabled")],
        Always(0),
    ),
    row(
        "defender_off",
        &[(DEFENDER, "DisableAntiSpyware")],
        Always(0),
    ),
    // Domains.
    row("ldap_signing", &[(NTDS, "LDAPServerIntegrity")], Always(1)),
    row(
        "netlogon_signing",
        &[(NETLOGON, "RequireSignOrSeal")],
        Always(1),
    ),
    row(
        "machine_password_fixed",
        &[(NETLOGON, "DisablePasswordChange")],
        Always(0),
    ),
    // TLS of Windows' own services. Before 2012 the newer versions are off unless set; Server
    // 2025 turns the older ones off, Windows 11 of the same build may not.
    row(
        "ssl2_server",
        &[(protocol!("SSL 2.0"), "Enabled")],
        Since(&[(0, Some(1)), (14_393, Some(0))]),
    ),
    row(
        "ssl3_server",
        &[(protocol!("SSL 3.0"), "Enabled")],
        Since(&[(0, Some(1)), (14_393, Some(0))]),
    ),
    row(
        "tls10_server",
        &[(protocol!("TLS 1.0"), "Enabled")],
        Since(&[(0, Some(1)), (26_100, None)]),
    ),
    row(
        "tls11_server",
        &[(protocol!("TLS 1.1"), "Enabled")],
        Since(&[(0, Some(0)), (9_200, Some(1)), (26_100, None)]),
    ),
    row(
        "tls12_server",
        &[(protocol!("TLS 1.2"), "Enabled")],
        Since(&[(0, Some(0)), (9_200, Some(1))]),
    ),
    row(
        "tls12_server_not_by_default",
        &[(protocol!("TLS 1.2"), "DisabledByDefault")],
        Since(&[(0, Some(1)), (9_200, Some(0))]),
    ),
    row(
        "rc4_128",
        &[(cipher!("RC4 128/128"), "Enabled")],
        Since(&[(0, Some(1)), (14_393, None)]),
    ),
    row(
        "rc4_56",
        &[(cipher!("RC4 56/128"), "Enabled")],
        Since(&[(0, Some(1)), (14_393, None)]),
    ),
    row(
        "des_56",
        &[(cipher!("DES 56/56"), "Enabled")],
        Since(&[(0, Some(1)), (14_393, None)]),
    ),
    row(
        "triple_des",
        &[(cipher!("Triple DES 168"), "Enabled")],
        Since(&[(0, Some(1)), (20_348, None)]),
    ),
];
