//! Just enough HTTP/1.1 to drive our own server on loopback.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, bail};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(2);

/// A signed-in user, or nobody.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: String,
    cookie: String,
    csrf: String,
}

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    cookie: Option<String>,
    /// The body as it was sent.
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// Somebody who is not signed in.
    pub(crate) fn nobody(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookie: String::new(),
            csrf: String::new(),
        }
    }

    /// Signs in.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> anyhow::Result<Self> {
        let body = serde_json::json!({"username": username, "password": password});
        let answer = self.send("POST", "/api/v1/session", Some(&body))?;
        let session: Value = serde_json::from_slice(&answer.body)?;
        Ok(Self {
            address: self.address.clone(),
            cookie: answer.cookie.context("signing in gave no cookie")?,
            csrf: session["csrf"].as_str().context("no csrf")?.to_owned(),
        })
    }

    /// GET of anything.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        Ok(self.send("GET", path, None)?.body)
    }

    /// GET of JSON.
    pub(crate) fn get_json(&self, path: &str) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.get(path)?).with_context(|| format!("GET {path}"))
    }

    /// POST of JSON; `null` where nothing came back.
    pub(crate) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.change("POST", path, body)
    }

    /// PUT of JSON.
    pub(crate) fn put(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.change("PUT", path, body)
    }

    fn change(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.send(method, path, Some(body))?;
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).with_context(|| format!("{method} {path}"))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        if !body.is_empty() {
            request.push_str("Content-Type: application/json\r\n");
        }
        if !self.cookie.is_empty() {
            for part in [
                "Cookie: ",
                &self.cookie,
                "\r\nX-CSRF-Token: ",
                &self.csrf,
                "\r\n",
            ] {
                request.push_str(part);
            }
        }
        request.push_str("\r\n");
        request.push_str(&body);
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream
            .read_to_end(&mut bytes)
            .with_context(|| format!("{method} {path}"))?;
        let answer = parse(&bytes).with_context(|| format!("{method} {path}"))?;
        if !(200..300).contains(&answer.status) {
            let said = String::from_utf8_lossy(&answer.body);
            bail!("{method} {path}: {} {said}", answer.status);
        }
        Ok(answer)
    }
}

fn parse(bytes: &[u8]) -> anyhow::Result<Answer> {
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .context("an answer without end of header")?;
    let (header, rest) = bytes.split_at(end);
    let header = std::str::from_utf8(header).context("a header that is no text")?;
    let body = rest.get(4..).unwrap_or_default();
    let mut lines = header.lines();
    let status = lines
        .next()
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|word| word.parse().ok())
        .context("an answer without status")?;
    let mut cookie = None;
    let mut chunked = false;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("set-cookie") {
            cookie = value.split(';').next().map(str::to_owned);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = value.eq_ignore_ascii_case("chunked");
        }
    }
    let body = if chunked {
        unchunk(body)?
    } else {
        body.to_vec()
    };
    Ok(Answer {
        status,
        cookie,
        body,
    })
}

fn unchunk(mut rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|two| two == b"\r\n")
            .context("a chunk without size")?;
        let (size, after) = rest.split_at(end);
        let size = usize::from_str_radix(std::str::from_utf8(size)?.trim(), 16)?;
        if size == 0 {
            return Ok(body);
        }
        let chunk = after.get(2..2 + size).context("a chunk cut short")?;
        body.extend_from_slice(chunk);
        rest = after.get(4 + size..).context("a chunk cut short")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole() {
        let plain =
            b"HTTP/1.1 201 Created\r\nSet-Cookie: a=b; HttpOnly\r\ncontent-length: 2\r\n\r\nhi";
        let answer = parse(plain).unwrap();
        assert_eq!(
            (answer.status, answer.cookie.as_deref()),
            (201, Some("a=b"))
        );
        assert_eq!(answer.body, b"hi");
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n me\r\n0\r\n\r\n";
        assert_eq!(parse(chunked).unwrap().body, b"hi me");
        assert!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhi").is_err());
        assert!(parse(b"").is_err());
    }
}
