use super::*;

fn trust(url: &str) -> (SslMode, Trust) {
    let parsed = parse(url).unwrap();
    (parsed.config.get_ssl_mode(), parsed.trust)
}

#[test]
fn ssl_modes_follow_libpq() {
    assert_eq!(trust("postgres://u@h/d"), (SslMode::Prefer, Trust::Anyone));
    assert_eq!(
        trust("postgres://u@h/d?sslmode=disable"),
        (SslMode::Disable, Trust::Anyone)
    );
    for mode in ["require", "verify-ca", "verify-full"] {
        let url = format!("postgresql://u@h/d?sslmode={mode}&connect_timeout=3");
        assert_eq!(trust(&url), (SslMode::Require, Trust::System));
    }
    assert_eq!(
        trust("postgres://u@h/d?sslrootcert=%2Fetc%2Fmy%20ca.pem&sslmode=verify-full"),
        (SslMode::Require, Trust::File("/etc/my ca.pem".to_owned()))
    );
}

#[test]
fn other_parameters_reach_the_driver() {
    let parsed = parse("postgres://u@h/d?sslmode=require&application_name=x").unwrap();
    assert_eq!(parsed.config.get_application_name(), Some("x"));
}

#[test]
fn faults_are_named_without_the_password() {
    let unknown = parse("postgres://u:secret@h/d?sslmode=maybe").unwrap_err();
    assert!(unknown.contains("verify-full"), "{unknown}");
    let parameter = parse("postgres://u:secret@h/d?colour=red").unwrap_err();
    assert!(
        parameter.contains("colour") && !parameter.contains("secret"),
        "{parameter}"
    );
    assert!(parse("postgres:///d").unwrap_err().contains("no host"));
}
