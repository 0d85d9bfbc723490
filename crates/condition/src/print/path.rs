use std::fmt::{self, Write};

use crate::lexer::{is_plain, keyword};
use crate::path::{Path, Root, Segment};

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut segments = self.segments.iter();
        match self.root {
            Root::Element(level) => (0..=level).try_for_each(|_| f.write_char('#'))?,
            Root::Input => match segments.next() {
                Some(first) if is_plain(&first.name) && keyword(&first.name).is_none() => {
                    f.write_str(&first.name)?;
                }
                Some(first) => quoted(f, &first.name)?,
                None => {}
            },
        }
        segments.try_for_each(|next| segment(f, next))
    }
}

fn segment(f: &mut fmt::Formatter<'_>, segment: &Segment) -> fmt::Result {
    if segment.index.is_some() {
        return write!(f, "[{}]", segment.name);
    }
    f.write_char('.')?;
    if is_plain(&segment.name) {
        f.write_str(&segment.name)
    } else {
        quoted(f, &segment.name)
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    f.write_char('`')?;
    for c in name.chars() {
        match c {
            '`' | '\\' => write!(f, "\\{c}")?,
            _ if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            _ => f.write_char(c)?,
        }
    }
    f.write_char('`')
}
