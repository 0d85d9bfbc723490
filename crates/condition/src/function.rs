//! The functions of the language: their names, how many arguments they take, what they give.

mod dates;
mod lists;
mod numbers;
mod texts;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

/// What is known of a value before there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }

    /// With its article, for error messages.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

macro_rules! functions {
    ($($variant:ident $names:expr, $min:literal ..= $max:literal, $kind:ident;)*) => {
        /// A function that is called with values. It gives null for arguments that it cannot use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Function { $($variant),* }

        /// Names (the first is the canonical one), fewest and most arguments, and what it gives.
        const TABLE: &[(Function, &[&str], usize, usize, Kind)] =
            &[$((Function::$variant, &$names, $min, $max, Kind::$kind)),*];
    };
}

functions! {
    Len ["len", "length"], 1..=1, Number;
    Size ["size"], 1..=1, Number;
    Lower ["lower", "lowerAscii"], 1..=1, Text;
    Upper ["upper", "upperAscii"], 1..=1, Text;
    Trim ["trim"], 1..=1, Text;
    StartsWith ["startsWith"], 2..=2, Bool;
    EndsWith ["endsWith"], 2..=2, Bool;
    Contains ["contains"], 2..=2, Bool;
    Split ["split"], 2..=2, List;
    Join ["join"], 1..=2, Text;
    Replace ["replace"], 3..=3, Text;
    Text ["string"], 1..=1, Text;
    Number ["number"], 1..=1, Number;
    Bool ["bool"], 1..=1, Bool;
    Type ["type"], 1..=1, Text;
    IsNumeric ["isNumeric"], 1..=1, Bool;
    Abs ["abs"], 1..=1, Number;
    Floor ["floor"], 1..=1, Number;
    Ceil ["ceil"], 1..=1, Number;
    Round ["round"], 1..=2, Number;
    Trunc ["trunc"], 1..=2, Number;
    Min ["min"], 1..=64, Any;
    Max ["max"], 1..=64, Any;
    Sum ["sum"], 1..=64, Number;
    Avg ["avg"], 1..=64, Number;
    Median ["median"], 1..=64, Number;
    Mode ["mode"], 1..=1, Any;
    Keys ["keys"], 1..=1, List;
    Values ["values"], 1..=1, List;
    Date ["date", "timestamp", "d"], 1..=1, Number;
    Time ["time"], 1..=1, Number;
    Duration ["duration"], 1..=1, Number;
    Year ["year"], 1..=1, Number;
    Quarter ["quarter"], 1..=1, Number;
    Month ["month", "monthOfYear"], 1..=1, Number;
    Day ["day", "dayOfMonth"], 1..=1, Number;
    Hour ["hour"], 1..=1, Number;
    Minute ["minute"], 1..=1, Number;
    Second ["second"], 1..=1, Number;
    Weekday ["weekday", "dayOfWeek"], 1..=1, Number;
    DayOfYear ["dayOfYear"], 1..=1, Number;
    WeekOfYear ["weekOfYear"], 1..=1, Number;
    DateString ["dateString"], 1..=1, Text;
    StartOf ["startOf"], 2..=2, Number;
    EndOf ["endOf"], 2..=2, Number;
}

impl Function {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|row| row.1.contains(&name))
            .map(|row| row.0)
    }

    /// Every name, other names of the same function included.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        TABLE.iter().flat_map(|row| row.1.iter().copied())
    }

    pub(crate) fn name(self) -> &'static str {
        self.row().1[0]
    }

    /// Fewest and most arguments.
    pub(crate) fn arity(self) -> (usize, usize) {
        (self.row().2, self.row().3)
    }

    pub(crate) fn kind(self) -> Kind {
        self.row().4
    }

    fn row(self) -> &'static (Self, &'static [&'static str], usize, usize, Kind) {
        // The macro writes the variants and the rows from one list, in one order.
        &TABLE[self as usize]
    }

    /// The value for arguments whose number is right.
    pub(crate) fn apply(self, arguments: &[Cow<'_, Value>]) -> Value {
        let Some(first) = arguments.first().map(Cow::as_ref) else {
            return Value::Null;
        };
        let second = arguments.get(1).map(Cow::as_ref);
        let third = arguments.get(2).map(Cow::as_ref);
        match self {
            Self::Len => texts::len(first),
            Self::Lower => texts::map(first, str::to_lowercase),
            Self::Upper => texts::map(first, str::to_uppercase),
            Self::Trim => texts::map(first, |text| text.trim().to_owned()),
            Self::StartsWith => texts::test(first, second, |text, part| text.starts_with(part)),
            Self::EndsWith => texts::test(first, second, |text, part| text.ends_with(part)),
            Self::Split => texts::split(first, second),
            Self::Join => texts::join(first, second),
            Self::Replace => texts::replace(first, second, third),
            Self::Text => texts::text(first),
            Self::Type => texts::type_of(first),
            Self::Number => numbers::number(first),
            Self::Bool => numbers::boolean(first),
            Self::IsNumeric => numbers::is_numeric(first),
            Self::Abs => numbers::rounded(first, None, |d, _| d.abs()),
            Self::Floor => numbers::rounded(first, None, |d, _| d.floor()),
            Self::Ceil => numbers::rounded(first, None, |d, _| d.ceil()),
            Self::Round => numbers::rounded(first, second, numbers::half_away),
            Self::Trunc => numbers::rounded(first, second, |d, places| d.trunc_with_scale(places)),
            Self::Size => lists::size(first),
            Self::Contains => lists::contains(first, second),
            Self::Min => lists::extreme(arguments, std::cmp::Ordering::Less),
            Self::Max => lists::extreme(arguments, std::cmp::Ordering::Greater),
            Self::Sum => lists::sum(arguments),
            Self::Avg => lists::average(arguments),
            Self::Median => lists::median(arguments),
            Self::Mode => lists::mode(first),
            Self::Keys => lists::keys(first),
            Self::Values => lists::values(first),
            Self::Date => dates::date(first),
            Self::Time => dates::part(first, dates::seconds_of_day),
            Self::Duration => dates::duration(first),
            Self::Year => dates::part(first, dates::year),
            Self::Quarter => dates::part(first, dates::quarter),
            Self::Month => dates::part(first, dates::month),
            Self::Day => dates::part(first, dates::day),
            Self::Hour => dates::part(first, dates::hour),
            Self::Minute => dates::part(first, dates::minute),
            Self::Second => dates::part(first, dates::second),
            Self::Weekday => dates::part(first, dates::weekday),
            Self::DayOfYear => dates::part(first, dates::day_of_year),
            Self::WeekOfYear => dates::part(first, dates::week_of_year),
            Self::DateString => dates::text(first),
            Self::StartOf => dates::start_of(first, second),
            Self::EndOf => dates::end_of(first, second),
        }
    }
}
