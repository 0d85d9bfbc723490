use super::{Secret, TokenError, TokenPrefix};
use std::collections::HashSet;

fn bytes(seed: u8) -> [u8; 32] {
    std::array::from_fn(|i| {
        seed.wrapping_mul(31)
            .wrapping_add(u8::try_from(i * 7).unwrap())
    })
}

#[test]
fn a_token_has_the_promised_shape_and_reads_back() {
    let secret = Secret::mint(&bytes(1));
    let text = secret.expose();
    assert_eq!(text.len(), 8 + 30 + 6);
    assert!(text.starts_with("wfi_pat_"));
    assert!(text[8..].bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_eq!(secret.prefix(), &text[..16]);
    let again = Secret::parse(text).unwrap();
    assert_eq!(again.expose(), text);
    assert_eq!(again.hash(), secret.hash());
}

/// The numbers of zero and one are known by hand: all-zero digits, and a single leading one
/// (least significant digit first).
#[test]
fn random_bytes_are_written_in_base_62() {
    let body = |random: [u8; 32]| Secret::mint(&random).expose()[8..38].to_owned();
    assert_eq!(body([0; 32]), "0".repeat(30));
    let mut one = [0; 32];
    one[31] = 63;
    assert_eq!(body(one), format!("11{}", "0".repeat(28)));
}

/// `crc32("wfi_pat_" + "0" * 30)` computed with another implementation (Python's `zlib.crc32`).
#[test]
fn the_checksum_is_crc_32() {
    let text = Secret::mint(&[0; 32]).expose().to_owned();
    assert_eq!(&text[38..], "0ds5UB");
}

/// Computed with another implementation (Python's `hashlib`).
#[test]
fn the_hash_is_sha_256_of_the_whole_text() {
    assert_eq!(
        Secret::mint(&[0; 32]).hash(),
        "1372add254ae23b43283ed16d27b500b6a67820590f0b6851c7a193cb31116ef"
    );
}

#[test]
fn every_single_wrong_character_and_every_cut_is_noticed() {
    let text = Secret::mint(&bytes(2)).expose().to_owned();
    for at in 8..text.len() {
        let mut wrong = text.clone().into_bytes();
        wrong[at] = if wrong[at] == b'x' { b'y' } else { b'x' };
        let wrong = String::from_utf8(wrong).unwrap();
        assert_eq!(
            Secret::parse(&wrong).unwrap_err(),
            TokenError::Checksum,
            "{wrong}"
        );
    }
    for end in 0..text.len() {
        assert_eq!(Secret::parse(&text[..end]).unwrap_err(), TokenError::Shape);
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let good = Secret::mint(&bytes(3)).expose().to_owned();
    for bad in [
        String::new(),
        "Bearer".to_owned(),
        format!("{good} "),
        format!("{good}0"),
        good.replace("wfi_pat_", "ghp_pat_"),
        format!("wfi_pat_{}", "ä".repeat(18)),
        format!("wfi_pat_{}", "-".repeat(36)),
        "x".repeat(1 << 20),
    ] {
        assert_eq!(
            Secret::parse(&bad).unwrap_err(),
            TokenError::Shape,
            "{bad:.60}"
        );
    }
}

#[test]
fn debug_never_shows_the_secret_part() {
    let secret = Secret::mint(&bytes(4));
    let shown = format!("{secret:?}");
    assert!(shown.contains(secret.prefix()));
    assert!(!shown.contains(&secret.expose()[16..20]));
}

#[test]
fn only_its_own_hash_matches() {
    let (a, b) = (Secret::mint(&bytes(5)), Secret::mint(&bytes(6)));
    assert!(a.matches(&a.hash()));
    assert!(!a.matches(&b.hash()));
    assert!(!a.matches(""));
    assert!(!a.matches(&a.hash()[..63]));
}

#[test]
fn a_prefix_is_read_from_itself_and_from_a_whole_token() {
    let secret = Secret::mint(&bytes(7));
    for text in [
        secret.prefix(),
        secret.expose(),
        &format!(" {}\n", secret.prefix()),
    ] {
        assert_eq!(TokenPrefix::parse(text).unwrap().as_str(), secret.prefix());
    }
    for bad in ["", "wfi_pat_", "wfi_pat_1234567", "wfi_pat_1234567-", "abc"] {
        assert_eq!(TokenPrefix::parse(bad), Err(TokenError::Shape), "{bad}");
    }
    assert_eq!(
        TokenPrefix::parse(secret.prefix()).unwrap().to_string(),
        secret.prefix()
    );
}

#[test]
fn different_bytes_make_different_prefixes() {
    let prefixes: HashSet<_> = (0..=255)
        .map(|seed| Secret::mint(&bytes(seed)).prefix().to_owned())
        .collect();
    assert_eq!(prefixes.len(), 256);
}
