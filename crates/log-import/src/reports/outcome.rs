//! What the name of an activity says about its outcome.

/// What a decision came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Approved,
    Rejected,
    Cancelled,
}

/// Words of a decision. Names of roles (`approver`) and of things (`approval`) are not among
/// them: "send to approver" decides nothing.
const WORDS: [(Outcome, &[&str]); 3] = [
    (
        Outcome::Approved,
        &[
            "approve", "approves", "approved", "accept", "accepts", "accepted",
        ],
    ),
    (
        Outcome::Rejected,
        &[
            "reject",
            "rejects",
            "rejected",
            "rejection",
            "decline",
            "declines",
            "declined",
            "deny",
            "denies",
            "denied",
            "refuse",
            "refuses",
            "refused",
            "disapprove",
            "disapproved",
        ],
    ),
    (
        Outcome::Cancelled,
        &[
            "cancel",
            "cancels",
            "canceled",
            "cancelled",
            "cancellation",
            "withdraw",
            "withdraws",
            "withdrawn",
        ],
    ),
];

impl Outcome {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }

    /// The one outcome that the name says; `None` for none, and for several, as in "approve or
    /// reject".
    pub(super) fn of_activity(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let mut said = None;
        let mut negated = false;
        for word in lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            let found = WORDS.iter().find(|(_, words)| words.contains(&word));
            if let Some((outcome, _)) = found {
                let outcome = match outcome {
                    Self::Approved if negated => Self::Rejected,
                    // What "not rejected" leaves open is not known.
                    Self::Rejected | Self::Cancelled if negated => return None,
                    outcome => *outcome,
                };
                if said.is_some_and(|before| before != outcome) {
                    return None;
                }
                said = Some(outcome);
            }
            negated = word == "not";
        }
        said
    }
}
