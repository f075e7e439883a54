//! A shell on a host: started, become root's where it should, and asked.

use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Sig, client};

use super::{failure::FailureKind, session::Session, target::Sudo};

/// What the shell says when it is ready, before its number; whatever a profile printed
/// before it is skipped.
const READY: &[u8] = b"xinglin-ready ";
/// What sudo says when it wants a password.
const PROMPT: &str = "xinglin-password:";
/// What is kept of complaints.
const COMPLAINTS_LIMIT: usize = 4096;

/// A shell that reads commands.
pub(super) struct Shell {
    read: ChannelReadHalf,
    write: ChannelWriteHalf<client::Msg>,
    /// What it printed since it was ready.
    pub(super) output: Vec<u8>,
    complaints: Vec<u8>,
    max_bytes: usize,
    ended: bool,
    /// The number of its process.
    process: Option<u32>,
}

/// The command that starts the shell. Where the host has `timeout`, the shell ends by itself
/// even when the connection is lost.
fn command(sudo: &Sudo, seconds: u64) -> String {
    let shell = format!(
        "sh -c 'echo xinglin-ready $$; timeout -k 2 5 true </dev/null 2>/dev/null && \
         exec timeout -k 2 {seconds} sh -s; exec sh -s'"
    );
    match sudo {
        Sudo::None => shell,
        Sudo::NoPassword => format!("sudo -n {shell}"),
        // -k: a password given earlier does not count, so that the dialogue is always the same.
        Sudo::Password(_) => format!("sudo -k -S -p {PROMPT} {shell}"),
    }
}

impl Shell {
    /// Opens a channel on which nothing runs yet.
    pub(super) async fn open(session: &Session, max_bytes: usize) -> Result<Self, FailureKind> {
        let (read, write) = session.channel().await?.split();
        Ok(Self {
            read,
            write,
            output: Vec::new(),
            complaints: Vec::new(),
            max_bytes,
            ended: false,
            process: None,
        })
    }

    /// Starts the shell and waits until it is ready.
    pub(super) async fn start(&mut self, sudo: &Sudo, seconds: u64) -> Result<(), FailureKind> {
        let started = self.write.exec(true, command(sudo, seconds)).await;
        started.map_err(|error| FailureKind::NoShell {
            why: error.to_string(),
        })?;
        let mut answered = false;
        loop {
            if let Some((process, length)) = ready(&self.output) {
                self.output.drain(..length);
                self.process = Some(process);
                return Ok(());
            }
            let prompts = String::from_utf8_lossy(&self.complaints)
                .matches(PROMPT)
                .count();
            match sudo {
                Sudo::Password(password) if prompts == 1 && !answered => {
                    answered = true;
                    self.send(format!("{}\n", password.text())).await?;
                }
                Sudo::Password(_) if prompts > 1 => {
                    return Err(FailureKind::SudoFailed {
                        why: "password not accepted".to_owned(),
                    });
                }
                _ => {}
            }
            if !self.step().await? {
                return Err(self.not_started(sudo));
            }
        }
    }

    /// Sends lines and waits for the line by which the script ends its answer.
    pub(super) async fn ask(&mut self, lines: String, end: &str) -> Result<(), FailureKind> {
        let end = format!("\n{end}\n");
        // Both at once: a host that talks while it listens would otherwise block us both.
        let write = self.write.data_bytes(lines.into_bytes());
        tokio::pin!(write);
        let mut sent = false;
        loop {
            if self.output.ends_with(end.as_bytes()) {
                return Ok(());
            }
            let message = tokio::select! {
                result = &mut write, if !sent => {
                    sent = true;
                    if result.is_err() {
                        return Err(cut(&self.output));
                    }
                    continue;
                }
                message = self.read.wait() => message,
            };
            let noted = note(
                message,
                &mut self.output,
                &mut self.complaints,
                self.max_bytes,
            );
            if !noted? {
                self.ended = true;
                return if self.output.ends_with(end.as_bytes()) {
                    Ok(())
                } else {
                    Err(cut(&self.output))
                };
            }
        }
    }

    /// Waits until the shell has ended.
    pub(super) async fn end(&mut self) -> Result<(), FailureKind> {
        // A shell that ended by itself no longer listens.
        drop(self.write.eof().await);
        while !self.ended && self.step().await? {}
        Ok(())
    }

    /// Makes what runs on the host stop. Not every server passes signals on, so it is also
    /// told by a command; where neither is possible, `timeout` ends it on the host.
    pub(super) async fn kill(&self, session: &Session, sudo: &Sudo) {
        drop(self.write.signal(Sig::KILL).await);
        if let (Some(process), Ok(mut channel)) = (self.process, session.channel().await) {
            let sudo = if *sudo == Sudo::None { "" } else { "sudo -n " };
            let told = channel.exec(true, format!("{sudo}kill -TERM {process}"));
            if told.await.is_ok() {
                while channel.wait().await.is_some() {}
            }
        }
        drop(self.write.close().await);
    }

    async fn send(&self, text: String) -> Result<(), FailureKind> {
        let sent = self.write.data_bytes(text.into_bytes()).await;
        sent.map_err(|_| cut(&self.output))
    }

    /// Takes one message; `false` when it was the last.
    async fn step(&mut self) -> Result<bool, FailureKind> {
        let message = self.read.wait().await;
        let more = note(
            message,
            &mut self.output,
            &mut self.complaints,
            self.max_bytes,
        )?;
        self.ended |= !more;
        Ok(more)
    }

    fn not_started(&self, sudo: &Sudo) -> FailureKind {
        let said = [self.complaints.as_slice(), self.output.as_slice()].concat();
        let said = String::from_utf8_lossy(&said).replace(PROMPT, "");
        let line = said.lines().find(|line| !line.trim().is_empty());
        let why = line.unwrap_or("ended without a word").trim();
        let why: String = why.chars().take(200).collect();
        match sudo {
            Sudo::None => FailureKind::NoShell { why },
            Sudo::NoPassword | Sudo::Password(_) => FailureKind::SudoFailed { why },
        }
    }
}

fn cut(output: &[u8]) -> FailureKind {
    FailureKind::OutputCut {
        bytes: output.len(),
    }
}

/// The number of the shell's process, and how much of the output says so.
fn ready(output: &[u8]) -> Option<(u32, usize)> {
    let at = output
        .windows(READY.len())
        .position(|window| window == READY)?;
    let rest = output.get(at + READY.len()..)?;
    let length = rest.iter().position(|byte| *byte == b'\n')?;
    let number = str::from_utf8(rest.get(..length)?).ok()?;
    Some((number.trim().parse().ok()?, at + READY.len() + length + 1))
}

/// Keeps what a message brings; `false` when it was the last.
fn note(
    message: Option<ChannelMsg>,
    output: &mut Vec<u8>,
    complaints: &mut Vec<u8>,
    max_bytes: usize,
) -> Result<bool, FailureKind> {
    match message {
        None | Some(ChannelMsg::Close | ChannelMsg::Failure) => return Ok(false),
        Some(ChannelMsg::Data { data }) => {
            if output.len() + data.len() > max_bytes {
                return Err(FailureKind::TooMuchOutput { limit: max_bytes });
            }
            output.extend_from_slice(&data);
        }
        Some(ChannelMsg::ExtendedData { data, .. }) => {
            let room = COMPLAINTS_LIMIT.saturating_sub(complaints.len());
            complaints.extend(data.iter().take(room));
        }
        Some(_) => {}
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[test]
    fn a_password_is_no_part_of_the_command() {
        let command = command(&Sudo::Password(Secret::new("Hunter2")), 60);
        assert!(command.starts_with("sudo -k -S -p xinglin-password: sh -c '"));
        assert!(!command.contains("Hunter2") && !command.contains('\n'));
    }
}
