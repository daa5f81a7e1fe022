//! What was signed, gathered to be held against the log: the checkpoints that are kept, and the state of
//! the signer.

use std::collections::BTreeMap;

use loket_store::log::check::{Claimed, LogFinding};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::tables::View;
use loket_tlog::{Checkpoint, Hash, Note};

use super::signer::{SignFault, Signer};

/// Roots by size, and the checkpoints that nobody signed.
#[derive(Debug, Default)]
pub struct Claims {
    /// What is claimed for each size.
    pub heads: BTreeMap<u64, Vec<Claimed>>,
    /// Checkpoints that are not signed by the log.
    pub findings: Vec<LogFinding>,
}

impl Claims {
    /// Reads them.
    pub async fn gather(view: &mut View<'_>, signer: &Signer) -> Result<Self, SignFault> {
        let mut claims = Self::default();
        if let Some(state) = signer.last()? {
            let by = "what the signer signed last".to_owned();
            claims.claim(state.head.size, state.head.root, by);
        }
        for kept in checkpoints::all(view).await? {
            let name = format!("checkpoint {} at {}", kept.origin, kept.size);
            match opened(&kept, signer) {
                Some(root) => claims.claim(kept.size, root, name),
                None => claims.findings.push(LogFinding {
                    index: None,
                    what: format!("{name}: is not signed by the key of the log"),
                }),
            }
        }
        Ok(claims)
    }

    fn claim(&mut self, size: u64, root: Hash, by: String) {
        self.heads.entry(size).or_default().push(Claimed { root, by });
    }
}

/// The root that a checkpoint states, when the log has signed it for this size.
fn opened(kept: &KeptCheckpoint, signer: &Signer) -> Option<Hash> {
    let key = signer.key_of(kept.origin.parse().ok()?).ok()?;
    let checkpoint = Checkpoint::open(&Note::parse(&kept.note).ok()?, key.verifier()).ok()?;
    (checkpoint.size == kept.size).then_some(checkpoint.root)
}
