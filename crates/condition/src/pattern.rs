use regex::{Regex, RegexBuilder};

use crate::limits::{MAX_PATTERN_CHARS, MAX_SUBJECT_BYTES, REGEX_DFA_SIZE_LIMIT, REGEX_SIZE_LIMIT};
use crate::truth::Tri;

/// A regular expression with MongoDB's options. Matching takes time linear in the subject. As in
/// MongoDB, `\w`, `\d`, `\s` and `\b` are about ASCII; `\p{L}` and the like are about Unicode.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) source: String,
    /// Letters of `imsx`, sorted, each once.
    pub(crate) options: String,
    regex: Regex,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.options == other.options
    }
}

impl Pattern {
    /// Compiles, or says in a sentence what is wrong.
    pub(crate) fn new(source: &str, options: &str) -> Result<Self, String> {
        if source.chars().count() > MAX_PATTERN_CHARS {
            return Err(format!(
                "the pattern is longer than {MAX_PATTERN_CHARS} characters"
            ));
        }
        if let Some(unknown) = options.chars().find(|c| !"imsx".contains(*c)) {
            return Err(format!(
                "unknown pattern option `{unknown}`; use letters of `imsx`"
            ));
        }
        let has = |option: char| options.contains(option);
        let regex = RegexBuilder::new(&ascii_classes(source))
            .case_insensitive(has('i'))
            .multi_line(has('m'))
            .dot_matches_new_line(has('s'))
            .ignore_whitespace(has('x'))
            .size_limit(REGEX_SIZE_LIMIT)
            .dfa_size_limit(REGEX_DFA_SIZE_LIMIT)
            .build()
            .map_err(|error| explain(&error))?;
        let options = "imsx".chars().filter(|option| has(*option)).collect();
        Ok(Self {
            source: source.to_owned(),
            options,
            regex,
        })
    }

    pub(crate) fn matches(&self, subject: &str) -> Tri {
        if subject.len() > MAX_SUBJECT_BYTES {
            return Tri::Unknown;
        }
        self.regex.is_match(subject).into()
    }
}

/// Spells the classes out, which in Unicode would take many times the memory.
fn ascii_classes(source: &str) -> String {
    let mut spelled = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            spelled.push(c);
            continue;
        }
        match chars.next() {
            Some('d') => spelled.push_str("[0-9]"),
            Some('D') => spelled.push_str("[^0-9]"),
            Some('w') => spelled.push_str("[0-9A-Za-z_]"),
            Some('W') => spelled.push_str("[^0-9A-Za-z_]"),
            Some('s') => spelled.push_str(r"[\x09-\x0d\x20]"),
            Some('S') => spelled.push_str(r"[^\x09-\x0d\x20]"),
            Some('b') if chars.peek() != Some(&'{') => spelled.push_str(r"(?-u:\b)"),
            Some(other) => spelled.extend(['\\', other]),
            None => spelled.push('\\'),
        }
    }
    spelled
}

fn explain(error: &regex::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit("error: ").next().unwrap_or_default().trim();
    match error {
        regex::Error::CompiledTooBig(_) => {
            "the pattern needs too much memory; use smaller repetition counts".to_owned()
        }
        // `regex::Error` is open to new variants.
        _ if what.starts_with("look-around") => {
            "the pattern uses look-around, which linear-time matching cannot offer".to_owned()
        }
        _ if what.starts_with("backreferences") => {
            "the pattern uses a back-reference, which linear-time matching cannot offer".to_owned()
        }
        _ => format!("the pattern is not a regular expression: {what}"),
    }
}
