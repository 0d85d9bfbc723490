//! What can be said of conditions before there is any input: whether one can hold at all, whether
//! two can hold together, whether a set leaves a gap.
//!
//! Tests of a variable against constants cut its values into finitely many classes that no test
//! tells apart: the constants themselves and the intervals between them. One value of each class
//! stands for all, and every combination is tried. Parts that are no such tests (patterns,
//! arithmetic, variables against each other) count as unknown, so an answer given is certain.

mod space;

use crate::condition::Condition;
use crate::eval::{passes, same_label};
use crate::explain::Reading;
use crate::path::Path;
use crate::tree::{Comparison, Expr, Node, Test};
use crate::truth::Tri;
use space::{Choice, Space, Variable};

/// Most combinations that one analysis tries; beyond it, the answer is that it is not known.
const MAX_COMBINATIONS: usize = 1 << 16;

impl Condition {
    /// Whether some input makes it hold; nothing when that cannot be decided. Each variable is
    /// taken to hold one value (no list) of a type that it is compared with.
    #[must_use]
    pub fn satisfiable(&self) -> Option<bool> {
        Search::over(&[self])?.decide(|says| says[0], everything)
    }

    /// An input that makes it hold, if the analysis finds one.
    #[must_use]
    pub fn witness(&self) -> Option<Vec<Reading>> {
        Search::over(&[self])?.find(|says| says[0], everything)
    }

    /// Whether some input makes both hold; nothing when that cannot be decided.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> Option<bool> {
        Search::over(&[self, other])?.decide(all, everything)
    }

    /// An input that makes both hold, if the analysis finds one.
    #[must_use]
    pub fn overlap_witness(&self, other: &Self) -> Option<Vec<Reading>> {
        Search::over(&[self, other])?.find(all, everything)
    }

    /// Whether every input makes at least one of them hold; nothing when that cannot be decided.
    /// Texts and outcomes can always have a value that no condition names.
    #[must_use]
    pub fn covers_all(conditions: &[&Self]) -> Option<bool> {
        Some(!Search::over(conditions)?.decide(none, everything)?)
    }

    /// An input that makes none of them hold, if the analysis finds one.
    #[must_use]
    pub fn gap_witness(conditions: &[&Self]) -> Option<Vec<Reading>> {
        Search::over(conditions)?.find(none, everything)
    }

    /// Whether some input that `admits` accepts makes all of `holding` hold and none of `failing`;
    /// nothing when that cannot be decided. Of numbers between two bounds a whole one is shown to
    /// `admits` if there is one.
    #[must_use]
    pub fn separable(
        holding: &[&Self],
        failing: &[&Self],
        admits: impl Fn(&[Reading]) -> bool,
    ) -> Option<bool> {
        let (search, question) = separating(holding, failing)?;
        search.decide(question, admits)
    }

    /// An input that `admits` accepts and that makes all of `holding` hold and none of `failing`,
    /// if the analysis finds one.
    #[must_use]
    pub fn separating_witness(
        holding: &[&Self],
        failing: &[&Self],
        admits: impl Fn(&[Reading]) -> bool,
    ) -> Option<Vec<Reading>> {
        let (search, question) = separating(holding, failing)?;
        search.find(question, admits)
    }
}

fn separating<'a>(
    holding: &[&'a Condition],
    failing: &[&'a Condition],
) -> Option<(Search<'a>, impl Fn(&[Tri]) -> Tri)> {
    let split = holding.len();
    let search = Search::over(&[holding, failing].concat())?;
    let question = move |says: &[Tri]| {
        let (holding, failing) = says.split_at(split);
        all(&[all(holding), none(failing)])
    };
    Some((search, question))
}

fn everything(_: &[Reading]) -> bool {
    true
}

fn all(says: &[Tri]) -> Tri {
    says.iter().fold(Tri::True, |all, part| match (all, part) {
        (Tri::False, _) | (_, Tri::False) => Tri::False,
        (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
        (Tri::True, Tri::True) => Tri::True,
    })
}

fn none(says: &[Tri]) -> Tri {
    let negated: Vec<Tri> = says.iter().map(|part| part.negate()).collect();
    all(&negated)
}

struct Search<'a> {
    conditions: Vec<&'a Node>,
    space: Space,
}

impl<'a> Search<'a> {
    fn over(conditions: &[&'a Condition]) -> Option<Self> {
        let conditions: Vec<&Node> = conditions.iter().map(|condition| &condition.root).collect();
        let space = Space::of(&conditions)?;
        (space.combinations()? <= MAX_COMBINATIONS).then_some(Self { conditions, space })
    }

    /// Whether `question` is true of some combination, false of all, or neither for certain.
    fn decide(
        &self,
        question: impl Fn(&[Tri]) -> Tri,
        admits: impl Fn(&[Reading]) -> bool,
    ) -> Option<bool> {
        let mut certain = true;
        let admits = |chosen: &[usize]| admits(&self.space.readings(chosen));
        let found = self.visit(|says, chosen| match question(says) {
            Tri::True => admits(chosen),
            Tri::Unknown => {
                certain = certain && !admits(chosen);
                false
            }
            Tri::False => false,
        });
        if found {
            Some(true)
        } else {
            certain.then_some(false)
        }
    }

    fn find(
        &self,
        question: impl Fn(&[Tri]) -> Tri,
        admits: impl Fn(&[Reading]) -> bool,
    ) -> Option<Vec<Reading>> {
        let mut witness = None;
        self.visit(|says, chosen| {
            if question(says) == Tri::True {
                witness = Some(self.space.readings(chosen)).filter(|readings| admits(readings));
            }
            witness.is_some()
        });
        witness
    }

    /// Goes through the combinations until `stop` says so; whether it did.
    fn visit(&self, mut stop: impl FnMut(&[Tri], &[usize]) -> bool) -> bool {
        let mut chosen = vec![0; self.space.variables.len()];
        loop {
            let says: Vec<Tri> = self
                .conditions
                .iter()
                .map(|node| self.says(node, &chosen))
                .collect();
            if stop(&says, &chosen) {
                return true;
            }
            let mut position = 0;
            loop {
                let Some(choice) = chosen.get_mut(position) else {
                    return false;
                };
                *choice += 1;
                if *choice < self.space.variables[position].1.len() {
                    break;
                }
                *choice = 0;
                position += 1;
            }
        }
    }

    fn says(&self, node: &Node, chosen: &[usize]) -> Tri {
        match node {
            Node::Constant(value) => (*value).into(),
            Node::And(parts) => all(&parts
                .iter()
                .map(|part| self.says(part, chosen))
                .collect::<Vec<_>>()),
            Node::Or(parts) => none(
                &parts
                    .iter()
                    .map(|part| self.says(part, chosen))
                    .collect::<Vec<_>>(),
            )
            .negate(),
            Node::Not(inner) => self.says(inner, chosen).negate(),
            Node::Outcome(label) => match self.space.choice(&Variable::Outcome, chosen) {
                Some(Choice::Value(value)) => value
                    .as_str()
                    .is_some_and(|it| same_label(it, label))
                    .into(),
                Some(Choice::Missing) | None => Tri::Unknown,
            },
            Node::Exists(path) => match self.space.choice(&Variable::Input(path.clone()), chosen) {
                Some(choice) => matches!(choice, Choice::Value(_)).into(),
                None => Tri::Unknown,
            },
            Node::Test {
                subject: Expr::Path(path),
                test,
            } if space::is_decidable(test) => self.test(path, test, chosen),
            Node::Test { .. }
            | Node::Compare { .. }
            | Node::In { .. }
            | Node::Quantified { .. }
            | Node::Holds(_) => Tri::Unknown,
        }
    }

    fn test(&self, path: &Path, test: &Test, chosen: &[usize]) -> Tri {
        let negated = matches!(
            test,
            Test::Compare(Comparison::Ne, _) | Test::In { negated: true, .. }
        );
        match self.space.choice(&Variable::Input(path.clone()), chosen) {
            Some(Choice::Value(value)) => passes(test, value).negate_if(negated),
            Some(Choice::Missing) | None => Tri::Unknown,
        }
    }
}
