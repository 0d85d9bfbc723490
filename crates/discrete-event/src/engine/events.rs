//! What will happen, earliest first.

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A case of a stream comes.
    Arrival,
    /// Work on a token ends.
    Finish,
    /// A token tries again.
    Retry,
    /// A token has been at its task too long.
    Timeout,
    /// A batch of a task has waited long enough.
    BatchDue,
    /// A pool opens.
    Opens,
    /// The measured time ends.
    WindowEnds,
    /// Half of the measured time is over.
    WindowHalf,
}

const KINDS: [Kind; 8] = [
    Kind::Arrival,
    Kind::Finish,
    Kind::Retry,
    Kind::Timeout,
    Kind::BatchDue,
    Kind::Opens,
    Kind::WindowEnds,
    Kind::WindowHalf,
];

/// Something that will happen at a time to a thing, if that still has the generation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    /// The bits of the time: those of numbers that are not negative are in the order of the numbers.
    time: u64,
    /// The number of the event, and in the lowest three bits its kind: an event has to be small.
    order: u64,
    pub(super) thing: u32,
    generation: u32,
}

impl Event {
    #[inline]
    fn before(&self, other: &Self) -> bool {
        (self.time, self.order) < (other.time, other.order)
    }

    #[inline]
    pub(super) fn time(&self) -> f64 {
        f64::from_bits(self.time)
    }

    #[inline]
    pub(super) fn kind(&self) -> Kind {
        KINDS[(self.order & 7) as usize]
    }

    #[inline]
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }
}

/// A heap of four children to a node: half as deep as one of two, and the children of a node lie
/// side by side. Events of one time keep the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Events {
    heap: Vec<Event>,
    made: u64,
    /// Events whose things have gone on without them.
    stale: usize,
}

const CHILDREN: usize = 4;

impl Events {
    pub(super) fn clear(&mut self) {
        self.heap.clear();
        self.made = 0;
        self.stale = 0;
    }

    #[inline]
    pub(super) fn push(&mut self, time: f64, kind: Kind, thing: u32, generation: u32) {
        let event = Event {
            time: time.to_bits(),
            order: self.made | kind as u64,
            thing,
            generation,
        };
        self.made += 8;
        self.heap.push(event);
        self.rise(self.heap.len() - 1);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Event> {
        let last = self.heap.pop()?;
        let Some(root) = self.heap.first_mut() else {
            return Some(last);
        };
        let first = std::mem::replace(root, last);
        self.sink(0);
        Some(first)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// An event of a thing that has gone on was met.
    pub(super) fn met_stale(&mut self) {
        self.stale = self.stale.saturating_sub(1);
    }

    /// A thing goes on without waiting for its event. Returns whether it is time to
    /// [`Events::sweep`].
    pub(super) fn forsake(&mut self) -> bool {
        self.stale += 1;
        self.stale > 1024 && self.stale > self.heap.len() / 2
    }

    /// Drops events of things that have gone on, so that the heap stays in proportion to what is in
    /// progress.
    pub(super) fn sweep(&mut self, alive: impl Fn(&Event) -> bool) {
        self.heap.retain(alive);
        self.stale = 0;
        for index in (0..=self.heap.len() / CHILDREN).rev() {
            if index < self.heap.len() {
                self.sink(index);
            }
        }
    }

    #[inline]
    fn rise(&mut self, mut index: usize) {
        let event = self.heap[index];
        while index > 0 {
            let parent = (index - 1) / CHILDREN;
            if !event.before(&self.heap[parent]) {
                break;
            }
            self.heap[index] = self.heap[parent];
            index = parent;
        }
        self.heap[index] = event;
    }

    #[inline]
    fn sink(&mut self, mut index: usize) {
        let event = self.heap[index];
        let len = self.heap.len();
        loop {
            let first = index * CHILDREN + 1;
            if first >= len {
                break;
            }
            let mut least = first;
            for child in first + 1..(first + CHILDREN).min(len) {
                if self.heap[child].before(&self.heap[least]) {
                    least = child;
                }
            }
            if !self.heap[least].before(&event) {
                break;
            }
            self.heap[index] = self.heap[least];
            index = least;
        }
        self.heap[index] = event;
    }
}

#[cfg(test)]
mod tests;
