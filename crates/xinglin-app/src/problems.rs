//! The table of problems: slug, fault, title. `docs/problems/<slug>.md` explains each.

use xinglin_core::Fault;

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $fault:ident, $title:literal;)+) => {
        /// What went wrong, by a stable name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// All problems.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable slug.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            /// The neutral kind.
            pub fn fault(self) -> Fault {
                match self { $(Self::$variant => Fault::$fault),+ }
            }

            /// A short English title; the page has its own words by slug.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

problems! {
    /// It does not exist, or the caller may not see it.
    NotFound = "not-found", NotFound, "not found";
    /// Fields of the request are wrong; each is listed.
    InvalidInput = "invalid-input", Invalid, "the input is not valid";
    /// The caller's roles do not allow it.
    Forbidden = "forbidden", Forbidden, "your roles do not allow this";
    /// Nobody is signed in, or the session has ended.
    NotSignedIn = "not-signed-in", Unauthenticated, "sign in first";
    /// A changing request without the session's token.
    CsrfMissing = "csrf-missing", Forbidden, "the request does not carry the session's token";
    /// Wrong user name or password.
    SignInFailed = "sign-in-failed", Unauthenticated, "wrong user name or password";
    /// Too many wrong passwords.
    AccountLocked = "account-locked", TooMany, "the account is locked for a while";
    /// Not yet authorised, or disabled.
    AccountInactive = "account-inactive", Forbidden, "the account is not active";
    /// The password must be changed before anything else.
    PasswordChangeRequired = "password-change-required", Forbidden, "change the password first";
    /// The password does not satisfy the policy.
    PasswordTooWeak = "password-too-weak", Invalid, "the password does not satisfy the policy";
    /// The password was used before.
    PasswordReused = "password-reused", Invalid, "the password was used before";
    /// The set-up wizard has run already.
    SetUpDone = "set-up-done", Conflict, "this installation is set up already";
    /// The set-up wizard has not run yet.
    SetUpNeeded = "set-up-needed", Conflict, "this installation is not set up yet";
    /// Two separated administrators' roles, or one of them and a business role, on one account.
    RolesNotSeparated = "roles-not-separated", Conflict, "administrators' roles are kept apart";
    /// An account may not do this to itself.
    OwnAccount = "own-account", Conflict, "not on your own account";
    /// A unique code or name is in use.
    CodeTaken = "code-taken", Conflict, "this code is already in use";
    /// Other records refer to it.
    StillReferenced = "still-referenced", Conflict, "other records still refer to it";
    /// A record named in the request does not exist.
    UnknownReference = "unknown-reference", Invalid, "a record referred to does not exist";
    /// The action does not fit the present state.
    StateConflict = "state-conflict", Conflict, "not possible in the present state";
    /// A closed assessment does not change any more.
    AssessmentClosed = "assessment-closed", Conflict, "the assessment is closed";
    /// A decision needs a reason.
    ReasonRequired = "reason-required", Invalid, "state a reason";
    /// Who did the work may not verify it.
    SamePerson = "same-person", Conflict, "somebody else must verify this";
    /// No failed check has code in the form that is asked for.
    NoRemedy = "no-remedy", NotFound, "no failed check has a remedy in this form";
    /// Nothing may be scanned, or not what is asked for.
    NoScanRange = "no-scan-range", Conflict, "no range is allowed to be scanned";
    /// The program that scans is not installed.
    ScannerMissing = "scanner-missing", Unavailable, "nmap is not installed on the server";
    /// Nothing answers there.
    TargetUnreachable = "target-unreachable", Unavailable, "the target cannot be reached";
    /// Nothing listens on the port.
    TargetRefused = "target-refused", Unavailable, "the target refused the connection";
    /// It does not answer in time.
    TargetTimedOut = "target-timed-out", Unavailable, "the target did not answer in time";
    /// It answers, and cannot be asked.
    TargetFailed = "target-failed", Unavailable, "the target could not be inspected";
    /// No protected connection as asked for.
    TargetNotProtected = "target-not-protected", Unavailable, "no protected connection to the target";
    /// The target does not accept the account.
    TargetSignInFailed = "target-sign-in-failed", Invalid, "the target does not accept this account";
    /// The account may not become root on the target.
    SudoFailed = "sudo-failed", Invalid, "sudo on the target failed";
    /// The target's key was never seen and is to be confirmed first.
    HostKeyUnknown = "host-key-unknown", Conflict, "the target's host key is not known yet";
    /// The target shows another key than the one accepted before.
    HostKeyChanged = "host-key-changed", Conflict, "the target's host key has changed";
    /// The asset is not the machine this server runs on.
    NotThisHost = "not-this-host", Conflict, "this asset is not the machine the server runs on";
    /// There is no baseline of the asset's files to compare with.
    NoBaseline = "no-baseline", Conflict, "there is no baseline of this asset's files";
    /// The server does not listen for agents.
    AgentsOff = "agents-off", Conflict, "the server does not listen for agents";
    /// The certificate is of no agent that is accepted.
    AgentUnknown = "agent-unknown", Forbidden, "this agent is not known here, or was revoked";
    /// The token is not known, was used, was taken back or is over.
    AgentTokenRefused = "agent-token-refused", Forbidden, "the token does not count";
    /// The file cannot be read as what it should be.
    UnreadableFile = "unreadable-file", Invalid, "the file cannot be read";
    /// The file or request is too large.
    TooLarge = "too-large", Invalid, "too large";
    /// An item needs a weight that was not supplied.
    WeightsMissing = "weights-missing", Invalid, "weights are missing";
    /// A search of logs that cannot be read; where and what was expected is said.
    LogQueryWrong = "log-query-wrong", Unreadable, "the search cannot be read";
    /// A question in SQL that cannot be answered; where and what was expected is said.
    LogSqlWrong = "log-sql-wrong", Unreadable, "the question cannot be answered";
    /// A question in SQL takes more time or memory than it may.
    LogSqlTooMuch = "log-sql-too-much", Invalid, "the question takes more than it may";
    /// Too many questions in SQL are being answered.
    LogSqlBusy = "log-sql-busy", TooMany, "too many questions are being answered";
    /// The token is not known, or was taken back.
    LogTokenRefused = "log-token-refused", Unauthenticated, "the token does not count";
    /// The logs cannot be written at present: the disk is full or fails.
    LogsNotWritten = "logs-not-written", Unavailable, "the logs cannot be written at present";
    /// A part this needs is not available.
    Unavailable = "unavailable", Unavailable, "not available at present";
    /// A defect or a broken environment.
    Internal = "internal", Internal, "internal error";
}
