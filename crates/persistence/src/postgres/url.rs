//! Reads a `postgres://` URL as libpq does, as far as the driver can.

use tokio_postgres::config::SslMode;

/// A URL, taken apart.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) config: tokio_postgres::Config,
    pub(super) trust: Trust,
}

/// Whether the server must prove who it is, once the connection is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// No (`sslmode` prefer, allow, or absent): encryption without proof, as in libpq.
    Anyone,
    /// By a certificate of the system's authorities (`require`, `verify-ca`, `verify-full`).
    System,
    /// By a certificate that this file of authorities vouches for (`sslrootcert`).
    File(String),
}

/// The driver knows only disable, prefer and require, and no `sslrootcert`; anything else that it
/// does not know is its error.
pub(super) fn parse(url: &str) -> Result<Parsed, String> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut trust, mut root) = (SslMode::Prefer, Trust::Anyone, None);
    let mut others = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", "disable")) => mode = SslMode::Disable,
            Some(("sslmode", "allow" | "prefer")) => {}
            Some(("sslmode", "require" | "verify-ca" | "verify-full")) => {
                (mode, trust) = (SslMode::Require, Trust::System);
            }
            Some(("sslmode", other)) => {
                return Err(format!(
                    "sslmode={other}: must be one of disable, allow, prefer, require, verify-ca, \
                     verify-full"
                ));
            }
            Some(("sslrootcert", file)) if file != "system" => root = Some(decode(file)),
            Some(("sslrootcert", _)) => trust = Trust::System,
            _ => others.push(pair),
        }
    }
    if let Some(file) = root {
        trust = Trust::File(file);
    }
    let plain = if others.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", others.join("&"))
    };
    // The driver's error names the part, never the password.
    let mut config: tokio_postgres::Config = plain
        .parse()
        .map_err(|error: tokio_postgres::Error| super::connection::chain(&error))?;
    config.ssl_mode(mode);
    if config.get_hosts().is_empty() {
        return Err("the URL names no host, such as postgres://user@localhost/wfi".to_owned());
    }
    Ok(Parsed { config, trust })
}

/// Percent-decoding for a file name.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).filter(|_| *first == b'%');
        let byte = escaped
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
