//! The signer of checkpoints. It signs what is committed and only what extends the head that it signed
//! last, by its own state; what does not extend it stops all writing, since what is written behind a
//! lost or forked past could never be proved.

use std::path::PathBuf;
use std::time::Duration;

use loket_store::log::{checkpoints, tiles};
use loket_store::{Store, StoreError};
use loket_tlog::{Checkpoint, Head, KeyFault, KeyName, NotExtended, SignerKey};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use zeroize::Zeroizing;

use super::state::{State, StateFile};
use crate::configuration::{ConfigurationFault, Files, make_key_file};

/// Between two checkpoints at least.
const ROUND: Duration = Duration::from_secs(1);

/// Where the signer finds its key and its state.
#[derive(Debug, Clone)]
pub struct SignerPlan {
    /// Name of the log without its number, such as `loket.example.be/audit`.
    pub base: String,
    /// File with the seed of the key, 64 hexadecimal digits.
    pub key: PathBuf,
    /// File with what was signed last.
    pub state: PathBuf,
}

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// The log does not extend what was signed.
    #[error(
        "the audit log of this database is not the one that was signed: {0}. An older database was \
         restored, or the past was changed; nothing is written any more. Restore the newest \
         database. If what is missing is lost for good, two people begin a new log with \
         `loket audit new-origin`"
    )]
    NotExtended(#[from] NotExtended),
    /// Checkpoints were signed, and the state of who signed them is gone.
    #[error(
        "checkpoints of the audit log were signed, and {0} is not there: without it nobody can tell \
         whether this database is the newest. Nothing is written any more. Bring the file back; if \
         it is lost, two people begin a new log with `loket audit new-origin`"
    )]
    StateLost(PathBuf),
    /// A witness has seen more of the log than there is.
    #[error(
        "the witness {witness} has seen {theirs} events of this log, and there are {ours}: an older \
         database was restored, with an older state of the signer. Nothing is written any more. \
         Restore the newest database. If what is missing is lost for good, two people begin a new \
         log with `loket audit new-origin`"
    )]
    WitnessAhead {
        /// Its name.
        witness: String,
        /// What it has seen.
        theirs: u64,
        /// What there is.
        ours: u64,
    },
    /// A witness has seen another history of the log.
    #[error(
        "the witness {witness} has seen another history of this log at size {size}: the past was \
         changed, or an older database was restored and written on. Nothing is written any more. \
         Keep a copy of this database for whoever looks into it, and restore the right one. If what \
         is missing is lost for good, two people begin a new log with `loket audit new-origin`"
    )]
    OtherHistory {
        /// Its name.
        witness: String,
        /// The size that it cosigned.
        size: u64,
    },
    /// The state cannot be read or written.
    #[error("{0}: {1}")]
    State(PathBuf, std::io::Error),
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] ConfigurationFault),
    /// The key cannot be used under this name.
    #[error("the key of the audit log: {0}")]
    Key(#[from] KeyFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint could not be made.
    #[error("a checkpoint of the audit log could not be made: {0}")]
    Checkpoint(#[from] loket_tlog::CheckpointFault),
}

impl SignFault {
    /// Whether writing must stop: this does not pass by itself.
    pub const fn stops_writing(&self) -> bool {
        match self {
            Self::NotExtended(_)
            | Self::StateLost(_)
            | Self::WitnessAhead { .. }
            | Self::OtherHistory { .. } => true,
            Self::State(..)
            | Self::KeyFile(_)
            | Self::Key(_)
            | Self::Store(_)
            | Self::Checkpoint(_) => false,
        }
    }
}

/// The signer: its key and its state.
pub struct Signer {
    base: String,
    seed: Zeroizing<[u8; 32]>,
    state: StateFile,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}, ***)", self.base)
    }
}

impl Signer {
    /// Reads the key; makes it when nothing was ever signed.
    pub async fn open(plan: SignerPlan, store: &Store) -> Result<Self, SignFault> {
        let state = StateFile::new(plan.state.clone());
        if !plan.key.exists() && read(&state)?.is_none() && newest(store).await?.is_none() {
            make_key_file(&plan.key)?;
        }
        Self::of(plan)
    }

    /// Reads the key, which must be there.
    pub fn of(plan: SignerPlan) -> Result<Self, SignFault> {
        let state = StateFile::new(plan.state);
        let seed = Zeroizing::new(Files::new(PathBuf::new()).master_secret(&plan.key)?);
        Ok(Self { base: plan.base, seed, state })
    }

    /// The name of the log now, or the one that it will have.
    pub fn origin(&self) -> Result<KeyName, SignFault> {
        match read(&self.state)? {
            Some(state) => Ok(state.origin),
            None => Ok(format!("{}/1", self.base).parse()?),
        }
    }

    /// The key of the log under its name now.
    pub fn key(&self) -> Result<SignerKey, SignFault> {
        Ok(SignerKey::from_seed(self.origin()?, &self.seed)?)
    }

    /// The key under a name, such as that of a former log.
    pub fn key_of(&self, origin: KeyName) -> Result<SignerKey, SignFault> {
        Ok(SignerKey::from_seed(origin, &self.seed)?)
    }

    /// What was signed last.
    pub fn last(&self) -> Result<Option<State>, SignFault> {
        read(&self.state)
    }

    /// The head of the log, once it is shown to extend the last one; nothing when it is the last one and
    /// its checkpoint is in the database.
    async fn next(&self, store: &Store) -> Result<Option<Checkpoint>, SignFault> {
        let last = read(&self.state)?;
        let mut reader = store.reader().await?;
        let view = &mut reader.view();
        let edge = tiles::head(view).await?;
        if let Some(last) = &last
            && edge.size() == last.head.size
            && edge.root() == last.head.root
            && checkpoints::at(view, last.origin.as_str(), last.head.size).await?.is_some()
        {
            return Ok(None);
        }
        let Some(last) = last else {
            if checkpoints::newest(view).await?.is_some() {
                return Err(SignFault::StateLost(self.state.path().to_owned()));
            }
            let checkpoint = Checkpoint::of(self.origin()?, &edge);
            Head::follow(None, &checkpoint, &[])?;
            return Ok(Some(checkpoint));
        };
        let checkpoint = Checkpoint::of(last.origin, &edge);
        let grown = (1..edge.size()).contains(&last.head.size);
        let proof = if grown {
            tiles::consistency(view, (edge.size(), edge.root()), last.head.size).await?
        } else {
            Vec::new()
        };
        Head::follow(Some(&last.head), &checkpoint, &proof)?;
        Ok(Some(checkpoint))
    }

    /// Looks whether the log extends what was signed; signs nothing.
    pub async fn check(&self, store: &Store) -> Result<(), SignFault> {
        self.next(store).await.map(drop)
    }

    /// Signs the head of the log if it has grown, and keeps the checkpoint. The new state is durable
    /// before there is a signature: a crash between leaves a size unsigned, which is signed again.
    pub async fn sign(&self, store: &Store) -> Result<Option<Checkpoint>, SignFault> {
        let Some(checkpoint) = self.next(store).await?.filter(|next| next.size > 0) else {
            return Ok(None);
        };
        let head = Head { size: checkpoint.size, root: checkpoint.root };
        let state = State { origin: checkpoint.origin.clone(), head };
        let written = self.state.write(&state);
        written.map_err(|cause| SignFault::State(self.state.path().to_owned(), cause))?;
        let note = checkpoint.sign(&self.key()?)?.to_string();
        store.keep_checkpoint(checkpoint.origin.as_str().to_owned(), checkpoint.size, note).await?;
        Ok(Some(checkpoint))
    }

    /// The state with which a new log begins over the leaves that there are: its name has the next
    /// number. The caller has recorded why, and writes it by [`Signer::begin`].
    pub async fn next_origin(&self, store: &Store) -> Result<State, SignFault> {
        let mut reader = store.reader().await?;
        let view = &mut reader.view();
        let former = match read(&self.state)? {
            Some(state) => Some(state.origin.as_str().to_owned()),
            None => checkpoints::newest(view).await?.map(|kept| kept.origin),
        };
        let edge = tiles::head(view).await?;
        let head = Head { size: edge.size(), root: edge.root() };
        Ok(State { origin: following(&self.base, former.as_deref()).parse()?, head })
    }

    /// Begins the new log.
    pub fn begin(&self, state: &State) -> Result<(), SignFault> {
        let written = self.state.write(state);
        written.map_err(|cause| SignFault::State(self.state.path().to_owned(), cause))
    }
}

/// The name with the number after that of the former name.
fn following(base: &str, former: Option<&str>) -> String {
    let number = former.and_then(|name| name.rsplit_once('/'));
    let number = number.and_then(|(_, number)| number.parse::<u32>().ok()).unwrap_or(0);
    format!("{base}/{}", number.saturating_add(1))
}

fn read(state: &StateFile) -> Result<Option<State>, SignFault> {
    state.read().map_err(|cause| SignFault::State(state.path().to_owned(), cause))
}

async fn newest(store: &Store) -> Result<Option<checkpoints::KeptCheckpoint>, SignFault> {
    let mut reader = store.reader().await?;
    Ok(checkpoints::newest(&mut reader.view()).await?)
}

/// Signs once a second, when the log has grown, until `stop` changes. What shows that the past was
/// changed stops the writer and raises the alarm; what may pass is tried again.
pub async fn work(signer: &Signer, store: &Store, mut stop: watch::Receiver<bool>) {
    let mut round = tokio::time::interval(ROUND);
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = round.tick() => {}
        }
        if store.stopped().is_some() {
            continue;
        }
        if let Err(fault) = signer.sign(store).await {
            alarm(&fault, store);
        }
    }
}

/// Tells what is wrong, and stops the writer when it does not pass by itself.
pub fn alarm(fault: &SignFault, store: &Store) {
    tracing::error!(%fault, "the audit log is not signed or not cosigned");
    if fault.stops_writing() {
        store.stop_writing(fault.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_log_has_the_next_number() {
        assert_eq!(following("a.be/audit", None), "a.be/audit/1");
        assert_eq!(following("a.be/audit", Some("a.be/audit/1")), "a.be/audit/2");
        assert_eq!(following("b.be/audit", Some("a.be/audit/9")), "b.be/audit/10");
        assert_eq!(following("b.be/audit", Some("odd")), "b.be/audit/1");
    }
}
