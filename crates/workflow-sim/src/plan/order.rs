//! Orders of a net.

/// What a depth-first walk finds.
pub(crate) struct Order {
    /// Reverse postorder: an edge that leads downwards closes a loop.
    pub(crate) rank: Vec<usize>,
    /// Whether the walk came there from a start; the others are ranked after those.
    pub(crate) reached: Vec<bool>,
}

/// Walks from `starts`, and then from whatever was not reached, in order.
pub(crate) fn depth_first(starts: &[usize], successors: &[Vec<usize>]) -> Order {
    let count = successors.len();
    let mut seen = vec![false; count];
    let from_starts = reverse_postorder(starts, successors, &mut seen);
    let reached = seen.clone();
    let rest: Vec<usize> = (0..count).collect();
    let unreached = reverse_postorder(&rest, successors, &mut seen);
    let mut rank = vec![0; count];
    // What nothing leads to comes first: an edge from it to the rest then leads upwards too.
    for (position, node) in unreached.into_iter().chain(from_starts).enumerate() {
        rank[node] = position;
    }
    Order { rank, reached }
}

/// Later roots come first in the result, so roots and edges are taken from the last to the first:
/// then nodes that are free to be anywhere stand in the order in which they are written.
fn reverse_postorder(roots: &[usize], successors: &[Vec<usize>], seen: &mut [bool]) -> Vec<usize> {
    let mut order = postorder(roots.iter().rev().copied(), successors, seen);
    order.reverse();
    order
}

fn postorder(
    roots: impl Iterator<Item = usize>,
    successors: &[Vec<usize>],
    seen: &mut [bool],
) -> Vec<usize> {
    let mut order = Vec::with_capacity(successors.len());
    for root in roots {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        // The path from the root, each with the number of its edges still to follow.
        let mut path = vec![(root, successors[root].len())];
        while let Some((node, left)) = path.last_mut() {
            if *left == 0 {
                order.push(*node);
                path.pop();
                continue;
            }
            *left -= 1;
            let next = successors[*node][*left];
            if !std::mem::replace(&mut seen[next], true) {
                path.push((next, successors[next].len()));
            }
        }
    }
    order
}

/// The strongly connected components (Kosaraju), each sorted; single nodes only if they lead to
/// themselves.
pub(crate) fn components(successors: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = successors.len();
    let mut order = postorder(0..count, successors, &mut vec![false; count]);
    order.reverse();
    let mut predecessors = vec![Vec::new(); count];
    for (from, next) in successors.iter().enumerate() {
        for to in next {
            predecessors[*to].push(from);
        }
    }
    let mut seen = vec![false; count];
    let mut found = Vec::new();
    for root in order {
        let mut component = postorder(std::iter::once(root), &predecessors, &mut seen);
        component.sort_unstable();
        let is_loop = component.len() > 1
            || component
                .first()
                .is_some_and(|node| successors[*node].contains(node));
        if is_loop {
            found.push(component);
        }
    }
    found.sort();
    found
}
