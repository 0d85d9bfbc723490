//! Tokens through a net, led by what was recorded.
//!
//! The order is that of the dry run: a node waits for every token that can still come, because
//! nodes are handled by rank. What differs is that each visit is decided anew, since a record
//! knows how each round of a loop went.

use super::net::Net;
use crate::backtest::report::UnansweredReason;
use crate::plan::Target;
use std::collections::BTreeMap;

/// Visits beyond which a walk has no end, but for those that the definition and the record need.
const MAX_VISITS: usize = 10_000;
/// Visits of one node beyond as many as there are recorded runs.
pub(super) const MAX_ROUNDS: usize = 100;

/// Why a walk cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Stop {
    pub(super) reason: UnansweredReason,
    pub(super) step: Option<String>,
    pub(super) condition: Option<String>,
    pub(super) missing: Vec<String>,
}

/// A token that comes to a node, or several that came together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// When, in milliseconds since the execution started.
    pub(super) at: i64,
    /// The last recorded run on the way here.
    pub(super) run: Option<usize>,
    /// Whether a step ran since then that was never recorded.
    pub(super) after_guess: bool,
}

/// One time that a token comes to a node.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) node: usize,
    pub(super) start: i64,
    pub(super) end: i64,
    /// How long it waited from when it could have begun; below zero when it overlapped.
    pub(super) wait: i64,
    pub(super) ran: bool,
    /// The recorded run, where there is one.
    pub(super) run: Option<usize>,
    /// The recorded run whose outcome counts: its own, or that of the same step done otherwise.
    pub(super) heard: Option<usize>,
    /// The part of its time that is estimated, waiting included.
    pub(super) estimated: i64,
    /// Whether any of it is.
    pub(super) is_estimated: bool,
    /// Whether it failed for good.
    pub(super) failed: bool,
}

/// What a walk found, in the order in which nodes were handled.
#[derive(Debug, Default)]
pub(super) struct Path {
    pub(super) visits: Vec<Visit>,
    /// When the last one ended.
    pub(super) end: i64,
}

/// Decides what happens at each node.
pub(super) trait Guide {
    /// What the token does at a node; `None`: the record ends here.
    fn enter(&mut self, node: usize, nth: usize, token: Token) -> Result<Option<Visit>, Stop>;

    /// Where it goes on after the visit of that number; `None`: nowhere, not even to what always
    /// follows.
    fn leave(
        &mut self,
        path: &Path,
        visit: usize,
        after: Option<usize>,
    ) -> Result<Option<Vec<Target>>, Stop>;
}

pub(super) fn walk(
    net: &Net,
    entries: &[usize],
    recorded: usize,
    guide: &mut impl Guide,
) -> Result<Path, Stop> {
    // Between two recorded runs lie at most all nodes once, but never that many in practice.
    let most = MAX_VISITS + 10 * (net.nodes.len() + recorded);
    let mut path = Path::default();
    let mut rounds = vec![0_usize; net.nodes.len()];
    let mut waiting: BTreeMap<(usize, usize), Token> = BTreeMap::new();
    let send = |waiting: &mut BTreeMap<_, Token>, node: usize, token: Token| {
        let here = waiting.entry((net.rank[node], node)).or_insert(token);
        here.at = here.at.max(token.at);
        if token.run > here.run {
            (here.run, here.after_guess) = (token.run, token.after_guess);
        }
    };
    for entry in entries {
        let token = Token {
            at: 0,
            run: None,
            after_guess: false,
        };
        send(&mut waiting, *entry, token);
    }
    while let Some(((_, node), token)) = waiting.pop_first() {
        let nth = rounds[node];
        rounds[node] += 1;
        if path.visits.len() >= most {
            return Err(endless(net, node));
        }
        let Some(visit) = guide.enter(node, nth, token)? else {
            continue;
        };
        let (end, run) = (visit.end, visit.heard.or(token.run));
        let is_guess = visit.ran && net.nodes[node].is_recorded;
        let after_guess = visit.heard.is_none() && (is_guess || token.after_guess);
        path.end = path.end.max(end);
        let at = path.visits.len();
        path.visits.push(visit);
        if net.nodes[node].is_end() {
            continue;
        }
        let Some(targets) = guide.leave(&path, at, run)? else {
            continue;
        };
        let token = Token {
            at: end,
            run,
            after_guess,
        };
        let always = net.nodes[node].always.iter().copied();
        for next in targets.into_iter().filter_map(Target::node).chain(always) {
            send(&mut waiting, next, token);
        }
    }
    Ok(path)
}

pub(super) fn endless(net: &Net, node: usize) -> Stop {
    Stop {
        reason: UnansweredReason::EndlessLoop,
        step: Some(net.nodes[node].name.clone()),
        condition: None,
        missing: Vec::new(),
    }
}
