//! Where the states of keys go in a test: to a real adapter once there is one, and nowhere before.

use std::sync::{Arc, Mutex};

use loket_domain::hand_over::KeyAnnouncement;
use loket_domain::port::{Answer, HandOver, KeyReceiver};

/// Hands the states of keys on to a real adapter, once there is one; takes none before.
#[derive(Clone, Default)]
pub struct TakenKeys(Arc<Mutex<Option<Arc<dyn KeyReceiver>>>>);

impl TakenKeys {
    /// Hands everything on to a real adapter from now on.
    pub fn through(&self, adapter: Arc<dyn KeyReceiver>) {
        if let Ok(mut through) = self.0.lock() {
            *through = Some(adapter);
        }
    }
}

impl KeyReceiver for TakenKeys {
    fn announce<'a>(&'a self, announcement: &'a KeyAnnouncement) -> Answer<'a, HandOver> {
        let through = self.0.lock().ok().and_then(|through| through.clone());
        Box::pin(async move {
            match through {
                Some(adapter) => adapter.announce(announcement).await,
                None => HandOver::Unavailable { cause: "connect".to_owned(), retry_after: None },
            }
        })
    }
}
