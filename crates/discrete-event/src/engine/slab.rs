//! Places that are used again.

use std::ops::{Index, IndexMut};

/// Values at numbered places. A place that is given back is used again, first of all the one given
/// back last (it is still in the processor's cache).
#[derive(Debug)]
pub(super) struct Slab<T> {
    places: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
    }

    /// A free place: one that was used and still holds what was there, or a fresh one.
    #[inline]
    pub(super) fn place(&mut self, fresh: impl FnOnce() -> T) -> u32 {
        if let Some(place) = self.free.pop() {
            return place;
        }
        self.places.push(fresh());
        self.len() - 1
    }

    #[inline]
    pub(super) fn give_back(&mut self, place: u32) {
        self.free.push(place);
    }

    /// How many places there are, used and free.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, place: u32) -> &T {
        &self.places[place as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, place: u32) -> &mut T {
        &mut self.places[place as usize]
    }
}
