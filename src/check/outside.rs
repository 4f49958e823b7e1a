//! What rules ask of files that are not at hand.

use super::known::{Known, KnownRecord, Spelling, Totals};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// What is known of a whole tree. Where it cannot say, the answer is empty and the doubt is kept: what rules made of
/// such answers is worth nothing.
pub(super) struct Outside<'a> {
    known: &'a dyn Known,
    firsts: RefCell<HashMap<String, Option<Rc<KnownRecord>>>>,
    doubtful: Cell<bool>,
}

impl<'a> Outside<'a> {
    pub(super) fn new(known: &'a dyn Known) -> Self {
        Self { known, firsts: RefCell::default(), doubtful: Cell::new(false) }
    }

    /// Whether something was asked that it could not say.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful.get()
    }

    /// Keeps a doubt, where there is one.
    pub(super) fn doubt(&self, is_wrong: bool) {
        self.doubtful.set(self.doubtful.get() | is_wrong);
    }

    /// The first declaration of an id.
    pub(super) fn first(&self, id: &str) -> Option<Rc<KnownRecord>> {
        if let Some(first) = self.firsts.borrow().get(id) {
            return first.clone();
        }
        let records = self.said(self.known.records(id));
        let first = records.into_iter().find(|record| record.declares).map(Rc::new);
        self.firsts.borrow_mut().insert(id.to_owned(), first.clone());
        first
    }

    /// How a component of paths is spelled.
    pub(super) fn spellings(&self, folded: &str) -> Vec<Spelling> {
        self.said(self.known.spellings(folded))
    }

    /// The sums over the tree.
    pub(super) fn totals(&self) -> Totals {
        self.said(self.known.totals())
    }

    /// Every declared id with a prefix.
    pub(super) fn ids_with_prefix(&self, prefix: &str) -> Vec<String> {
        self.said(self.known.ids_with_prefix(prefix))
    }

    fn said<T: Default>(&self, answer: Option<T>) -> T {
        self.doubt(answer.is_none());
        answer.unwrap_or_default()
    }
}
