//! What was signed, gathered to be held against the log: the checkpoints that are kept, and the state of
//! the signer. What witnesses and authorities said of a checkpoint is checked with it.

use std::collections::BTreeMap;

use loket_store::log::check::{Claimed, LogFinding};
use loket_store::log::checkpoints::{self, KeptCheckpoint};
use loket_store::tables::View;
use loket_tlog::{Checkpoint, Hash, Note, verify_time_stamp};

use super::attesters::AttesterPlan;
use super::signer::{SignFault, Signer};

/// Roots by size, and the checkpoints that nobody signed.
#[derive(Debug, Default)]
pub struct Claims {
    /// What is claimed for each size.
    pub heads: BTreeMap<u64, Vec<Claimed>>,
    /// Checkpoints that are not signed by the log, and wrong words of outsiders.
    pub findings: Vec<LogFinding>,
}

impl Claims {
    /// Reads them.
    pub async fn gather(
        view: &mut View<'_>,
        signer: &Signer,
        attesters: &AttesterPlan,
    ) -> Result<Self, SignFault> {
        let mut claims = Self::default();
        if let Some(state) = signer.last()? {
            let by = "what the signer signed last".to_owned();
            claims.claim(state.head.size, state.head.root, by);
        }
        for kept in checkpoints::all(view).await? {
            let name = format!("checkpoint {} at {}", kept.origin, kept.size);
            for what in attested(&kept, attesters) {
                claims.find(format!("{name}: {what}"));
            }
            match opened(&kept, signer) {
                Some(root) => claims.claim(kept.size, root, name),
                None => claims.find(format!("{name}: is not signed by the key of the log")),
            }
        }
        Ok(claims)
    }

    fn find(&mut self, what: String) {
        self.findings.push(LogFinding { index: None, what });
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

/// What is wrong with the words of outsiders over a checkpoint. Of those whom the configuration does not
/// name any more nothing can be said.
fn attested(kept: &KeptCheckpoint, attesters: &AttesterPlan) -> Vec<String> {
    let Ok(note) = Note::parse(&kept.note) else { return Vec::new() };
    let wrong = attesters.witnesses.iter().filter(|one| one.key.cosigned(&note).is_err());
    let mut found: Vec<String> =
        wrong.map(|one| format!("the cosignature of {} is wrong", one.key.name())).collect();
    if let (Some(token), Some(authority)) = (&kept.time_stamp, &attesters.time_stamps)
        && let Err(fault) =
            verify_time_stamp(token, note.text().as_bytes(), None, &authority.trusted)
    {
        found.push(fault.to_string());
    }
    found
}
