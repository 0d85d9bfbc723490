//! The shape of a mail address.

/// Whether the text has the shape of a mail address: a dot-atom, `@` and a host name
/// (RFC 5321, section 4.1.2, without quoted local parts and address literals; letters beyond
/// ASCII as in RFC 6531). Whether anybody reads it is for the mail server to find.
pub(super) fn is_address(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(local, host)| is_local(local) && is_host(host))
}

fn is_local(local: &str) -> bool {
    let in_atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= 64
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(in_atom))
}

fn is_host(host: &str) -> bool {
    let in_label = |c: char| c.is_alphanumeric() || c == '-';
    host.split('.').all(|label| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(in_label)
    })
}
