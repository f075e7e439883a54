//! Named addresses, services and their groups, and what they come to.

use std::collections::BTreeMap;

use crate::policy::{AddressRange, Service};

/// How deep groups may lie in groups.
const MAX_DEPTH: usize = 16;
/// How many ranges and services all rules together may hold.
const BUDGET: usize = 300_000;
/// How many may be copied while groups are resolved: far more than any real configuration
/// needs, and little enough for a hostile one.
const MAX_COPIES: usize = 3_000_000;

/// What an object is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object<T> {
    /// What stands in it.
    pub(crate) items: Vec<T>,
    /// Other objects in it, by name.
    pub(crate) members: Vec<String>,
    /// What stands in it and cannot be told by addresses or ports, such as a domain name.
    pub(crate) opaque: Vec<String>,
    /// Where it is defined.
    pub(crate) line: u32,
}

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            members: Vec::new(),
            opaque: Vec::new(),
            line: 0,
        }
    }
}

/// All objects of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table<T> {
    /// By name.
    pub(crate) objects: BTreeMap<String, Object<T>>,
    resolved: BTreeMap<String, Resolved<T>>,
    spent: usize,
    copied: usize,
}

/// What a name comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved<T> {
    /// Ranges or services.
    pub(crate) items: Vec<T>,
    /// Names nobody can tell.
    pub(crate) unresolved: Vec<String>,
}

/// Named addresses.
pub(crate) type Addresses = Table<AddressRange>;
/// Named services.
pub(crate) type Services = Table<Service>;

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            resolved: BTreeMap::new(),
            spent: 0,
            copied: 0,
        }
    }
}

impl<T> Default for Resolved<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            unresolved: Vec::new(),
        }
    }
}

impl<T: Copy + Ord> Table<T> {
    /// The object `name`, made when it is new.
    pub(crate) fn object(&mut self, name: &str, line: u32) -> &mut Object<T> {
        let object = self.objects.entry(name.to_owned()).or_default();
        if object.line == 0 {
            object.line = line;
        }
        object
    }

    /// Whether there is such an object.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.objects.contains_key(name)
    }

    /// What `name` comes to, groups within groups included.
    pub(crate) fn resolve(&mut self, name: &str) -> Resolved<T> {
        if !self.resolved.contains_key(name) {
            let found = self.resolve_below(name, 0);
            self.resolved.insert(name.to_owned(), found);
        }
        let found = self.resolved.get(name).cloned().unwrap_or_default();
        self.spent = self.spent.saturating_add(found.items.len());
        if self.spent > BUDGET {
            return Resolved {
                items: Vec::new(),
                unresolved: vec![name.to_owned()],
            };
        }
        found
    }

    fn resolve_below(&mut self, name: &str, depth: usize) -> Resolved<T> {
        if let Some(found) = self.resolved.get(name) {
            return found.clone();
        }
        let unresolved = || Resolved {
            items: Vec::new(),
            unresolved: vec![name.to_owned()],
        };
        let Some(object) = self.objects.get(name) else {
            return unresolved();
        };
        if depth >= MAX_DEPTH || self.copied > MAX_COPIES {
            return unresolved();
        }
        let mut all = Resolved {
            items: object.items.clone(),
            unresolved: object.opaque.clone(),
        };
        let mut members = object.members.clone();
        members.sort_unstable();
        members.dedup();
        // Until it is done it is empty to those below it, which ends groups that hold themselves.
        self.resolved.insert(name.to_owned(), Resolved::default());
        for member in members {
            let found = self.resolve_below(&member, depth + 1);
            self.copied = self
                .copied
                .saturating_add(found.items.len() + found.unresolved.len());
            all.items.extend(found.items);
            all.unresolved.extend(found.unresolved);
        }
        all.items.sort_unstable();
        all.items.dedup();
        all.unresolved.sort_unstable();
        all.unresolved.dedup();
        self.resolved.insert(name.to_owned(), all.clone());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::address::written;

    #[test]
    fn groups_come_to_their_members() {
        let mut table = Addresses::default();
        table.object("his", 1).items.extend(written("192.0.2.1"));
        table.object("emr", 2).items.extend(written("192.0.2.2"));
        table.object("servers", 3).members = vec!["his".into(), "emr".into(), "gone".into()];
        table.object("loop", 4).members = vec!["loop".into(), "servers".into(), "servers".into()];
        let servers = table.resolve("servers");
        assert_eq!(
            (servers.items.len(), servers.unresolved),
            (2, vec!["gone".to_owned()])
        );
        assert_eq!(table.resolve("loop").items.len(), 2);
        assert_eq!(table.resolve("absent").unresolved, ["absent"]);
    }

    #[test]
    fn doubling_groups_stay_small_and_many_uses_are_bounded() {
        let mut table = Addresses::default();
        for number in 0..1000_u32 {
            let address = format!("198.51.{}.{}", number / 250, number % 250);
            table.object("g0", 1).items.extend(written(&address));
        }
        for level in 1..15 {
            let below = format!("g{}", level - 1);
            table.object(&format!("g{level}"), 1).members = vec![below.clone(), below];
        }
        assert_eq!(table.resolve("g14").items.len(), 1000);
        let found: usize = (0..1000).map(|_| table.resolve("g14").items.len()).sum();
        assert!(found <= BUDGET, "{found}");
    }
}
