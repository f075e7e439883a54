//! Tables of names that are only ever asked: several times for each value of each message.
//!
//! A name of up to sixteen bytes is compared as two numbers, without going where it stands.

/// What belongs to each of some names.
#[derive(Debug)]
pub(crate) struct Names<T> {
    /// A power of two of them, at most half of which are taken; a name is at the place of its
    /// hash or at the next free ones behind it.
    slots: Vec<Slot>,
    entries: Vec<(Box<str>, T)>,
}

/// What a name is told by, and where it and its value are. A length of `u32::MAX` is of none.
#[derive(Debug, Clone, Copy)]
struct Slot {
    head: u64,
    tail: u64,
    length: u32,
    entry: u32,
}

const FREE: Slot = Slot {
    head: 0,
    tail: 0,
    length: u32::MAX,
    entry: 0,
};

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            entries: Vec::new(),
        }
    }
}

impl<K: Into<Box<str>>, T> FromIterator<(K, T)> for Names<T> {
    /// Of a name that occurs twice the first counts.
    fn from_iter<I: IntoIterator<Item = (K, T)>>(all: I) -> Self {
        let entries: Vec<(Box<str>, T)> = all
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        let mut slots = vec![FREE; (entries.len() * 2).next_power_of_two().max(2)];
        for (entry, (name, _)) in (0..).zip(&entries) {
            let slot = Slot {
                entry,
                ..slot(name)
            };
            let mut at = place(&slot, slots.len());
            while let Some(taken) = slots.get(at)
                && taken.length != FREE.length
            {
                at = (at + 1) % slots.len();
            }
            if let Some(free) = slots.get_mut(at) {
                *free = slot;
            }
        }
        Self { slots, entries }
    }
}

impl<T> Names<T> {
    /// What belongs to a name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        let wanted = slot(name);
        let mut at = place(&wanted, self.slots.len());
        loop {
            let found = self.slots.get(at)?;
            if found.length == wanted.length
                && found.head == wanted.head
                && found.tail == wanted.tail
            {
                let place = usize::try_from(found.entry).ok()?;
                let (own, value) = self.entries.get(place)?;
                if name.len() <= 16 || **own == *name {
                    return Some(value);
                }
            }
            if found.length == FREE.length {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// The first and the last eight bytes, which are all that a name of up to sixteen bytes has.
fn slot(name: &str) -> Slot {
    let bytes = name.as_bytes();
    let wide = |part: &[u8; 4]| u64::from(u32::from_le_bytes(*part));
    let ends = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>());
    let near_ends = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>());
    let (head, tail) = if let (Some(head), Some(tail)) = ends {
        (u64::from_le_bytes(*head), u64::from_le_bytes(*tail))
    } else if let (Some(head), Some(tail)) = near_ends {
        (wide(head), wide(tail))
    } else {
        let all = bytes
            .iter()
            .fold(0, |all, byte| all << 8 | u64::from(*byte));
        (all, 0)
    };
    Slot {
        head,
        tail,
        length: u32::try_from(bytes.len()).unwrap_or(FREE.length - 1),
        entry: 0,
    }
}

fn place(slot: &Slot, slots: usize) -> usize {
    let mixed = (slot.head ^ slot.tail.rotate_left(29) ^ u64::from(slot.length))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = usize::try_from(mixed >> 32).unwrap_or_default();
    mixed & slots.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let long = "a name of more than sixteen bytes, and then some";
        let mut names: Vec<String> = (1..=long.len())
            .filter_map(|end| long.get(..end))
            .map(str::to_owned)
            .collect();
        names.push(String::new());
        names.push(long.replace("sixteen", "sixty  "));
        let table: Names<usize> = names.iter().cloned().zip(0..).collect();
        for (number, name) in names.iter().enumerate() {
            assert_eq!(table.get(name), Some(&number), "{name}");
            assert_eq!(table.get(&format!("{name}!")), None, "{name}");
        }
        assert_eq!(table.get(&long.replace("more", "less")), None);
        let empty: Names<usize> = Names::default();
        assert_eq!(empty.get("a"), None);
        let empty: Names<usize> = std::iter::empty::<(&str, usize)>().collect();
        assert_eq!(empty.get(""), None);
    }
}
