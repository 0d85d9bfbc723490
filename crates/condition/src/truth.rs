/// What a condition says about one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told: the input lacks these variables (dotted paths, sorted, each once).
    Unknown(Vec<String>),
}

impl Truth {
    /// Whether the condition holds for certain.
    #[must_use]
    pub fn is_true(&self) -> bool {
        *self == Self::True
    }

    /// Whether the condition fails for certain.
    #[must_use]
    pub fn is_false(&self) -> bool {
        *self == Self::False
    }

    /// The paths that are missing; empty when the answer is known.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        match self {
            Self::True | Self::False => &[],
            Self::Unknown(paths) => paths,
        }
    }

    pub(crate) fn of(tri: Tri, mut missing: Vec<String>) -> Self {
        match tri {
            Tri::True => Self::True,
            Tri::False => Self::False,
            Tri::Unknown => {
                missing.sort_unstable();
                missing.dedup();
                Self::Unknown(missing)
            }
        }
    }
}

/// Kleene's three values, without the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tri {
    True,
    False,
    Unknown,
}

impl Tri {
    pub(crate) fn negate(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    pub(crate) fn negate_if(self, negated: bool) -> Self {
        if negated { self.negate() } else { self }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
