use serde_json::Value;

use super::TokenKind;

/// A token as the author sees it.
pub(crate) fn describe(kind: &TokenKind) -> String {
    match kind {
        TokenKind::Number(number) => format!("the number `{number}`"),
        TokenKind::Text(text) => format!("the text {}", Value::from(text.as_str())),
        TokenKind::Name { segments, .. } => {
            let names: Vec<&str> = segments.iter().map(|s| s.name.as_str()).collect();
            format!("`{}`", names.join("."))
        }
        TokenKind::Element { .. } => "`#`".to_owned(),
        TokenKind::Method(name) => format!("`.{name}(`"),
        TokenKind::Symbol(symbol) => format!("`{symbol}`"),
        TokenKind::And => "`and`".to_owned(),
        TokenKind::Or => "`or`".to_owned(),
        TokenKind::Not => "`not`".to_owned(),
        TokenKind::In => "`in`".to_owned(),
        TokenKind::True => "`true`".to_owned(),
        TokenKind::False => "`false`".to_owned(),
        TokenKind::Null => "`null`".to_owned(),
        TokenKind::End => "the end".to_owned(),
    }
}
