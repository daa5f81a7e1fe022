//! Which organisation deals with which person, as far as a register was told.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// Enterprise number and number of the person, kept while the service runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inscriptions(Arc<Mutex<HashSet<(String, u64)>>>);

/// Most inscriptions that are kept; a service for trying things needs no more.
const MOST: usize = 100_000;

impl Inscriptions {
    pub(crate) fn has(&self, enterprise_number: &str, number: u64) -> bool {
        self.0.lock().is_ok_and(|set| set.contains(&(enterprise_number.to_owned(), number)))
    }

    pub(crate) fn add(&self, enterprise_number: String, number: u64) {
        if let Ok(mut set) = self.0.lock()
            && set.len() < MOST
        {
            set.insert((enterprise_number, number));
        }
    }

    pub(crate) fn remove(&self, enterprise_number: String, number: u64) {
        if let Ok(mut set) = self.0.lock() {
            set.remove(&(enterprise_number, number));
        }
    }
}
