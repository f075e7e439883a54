//! The host's own work comes first.

/// Lets everything else on the host go first where the processor is short. Disks are left to
/// the unit file, which says the same of them.
///
/// # Errors
/// What the system says when it does not allow it; the agent works all the same.
pub fn lower_priority() -> std::io::Result<()> {
    const LOWEST: i32 = 19;
    rustix::process::setpriority_process(None, LOWEST)?;
    Ok(())
}
