//! The catalogue: items, high-risk cases, hazard triggers and interview questions.

mod check;
mod error;
mod item;
mod load;

use std::collections::HashMap;

use xinglin_core::RequirementId;

pub use error::CatalogueError;
pub use item::{
    Condition, Downgradable, HazardTrigger, HighRiskCase, IdCertainty, Item, Question, Scope,
};

/// The position of an item in a [`Catalogue`]; dense, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIndex(u16);

impl ItemIndex {
    /// The position as a number.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }
}

/// The items of GB/T 22239-2019 and what is linked to them. Read once, then only asked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    items: Vec<Item>,
    positions: HashMap<RequirementId, ItemIndex>,
    links: Vec<Links>,
    cases: Vec<HighRiskCase>,
    hazards: Vec<HazardTrigger>,
    interviews: HashMap<RequirementId, Vec<Question>>,
}

/// What is linked to one item.
#[derive(Debug, Clone, Default)]
struct Links {
    cases: Vec<u16>,
    hazards: Vec<u16>,
    /// The level-3 item that this item is, or grew out of, or grew into.
    level_three: Option<ItemIndex>,
}

impl Catalogue {
    /// Reads the catalogue from content files, given as path and text.
    ///
    /// The paths are relative to the content folder. Files outside `catalogue/` and
    /// `interview/` are left alone, so that the whole folder may be given.
    pub fn load(files: &[(String, String)]) -> Result<Self, CatalogueError> {
        load::load(files)
    }

    /// All items, sorted by unit code.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// All items with their indices.
    pub fn indexed(&self) -> impl Iterator<Item = (ItemIndex, &Item)> {
        (0..).map(ItemIndex).zip(&self.items)
    }

    /// The index of a unit code.
    pub fn index_of(&self, id: RequirementId) -> Option<ItemIndex> {
        self.positions.get(&id).copied()
    }

    /// The item of a unit code.
    pub fn get(&self, id: RequirementId) -> Option<&Item> {
        self.index_of(id).map(|index| self.item(index))
    }

    /// The item at `index`.
    ///
    /// # Panics
    /// When the index comes from another, larger catalogue.
    pub fn item(&self, index: ItemIndex) -> &Item {
        &self.items[index.number()]
    }

    /// All high-risk cases of the 2025 guide, in its order.
    pub fn cases(&self) -> &[HighRiskCase] {
        &self.cases
    }

    /// The high-risk case of this number.
    pub fn case(&self, number: &str) -> Option<&HighRiskCase> {
        self.cases.iter().find(|case| case.case == number)
    }

    /// All triggers of major hazards (重大风险隐患触发项), in the order of the template's annex.
    pub fn hazards(&self) -> &[HazardTrigger] {
        &self.hazards
    }

    /// The trigger of this code, such as `A-18`.
    pub fn hazard(&self, code: &str) -> Option<&HazardTrigger> {
        self.hazards.iter().find(|hazard| hazard.code == code)
    }

    /// The high-risk cases that an item can fall under.
    pub fn cases_of(&self, index: ItemIndex) -> impl Iterator<Item = &HighRiskCase> {
        let cases = &self.links[index.number()].cases;
        cases.iter().map(|case| &self.cases[usize::from(*case)])
    }

    /// The major hazards that an item can trigger.
    pub fn hazards_of(&self, index: ItemIndex) -> impl Iterator<Item = &HazardTrigger> {
        let hazards = &self.links[index.number()].hazards;
        hazards
            .iter()
            .map(|hazard| &self.hazards[usize::from(*hazard)])
    }

    /// The level-3 item whose measure and interview also serve this item: itself at
    /// level 3, the item it grew into (level 2) or out of (level 4).
    ///
    /// `None` for level 1, for the items that are new at level 4, and for `L2-MMS1-16`,
    /// which has no successor.
    pub fn level_three_of(&self, index: ItemIndex) -> Option<ItemIndex> {
        self.links[index.number()].level_three
    }

    /// The questions by which a person settles the item: its own or those of the level-3
    /// item it is kin to. Empty when neither has any.
    pub fn interview_of(&self, index: ItemIndex) -> &[Question] {
        let own = self.interviews.get(&self.item(index).id);
        let kin = || {
            let kin = self.level_three_of(index)?;
            self.interviews.get(&self.item(kin).id)
        };
        own.or_else(kin).map_or(&[], Vec::as_slice)
    }
}
