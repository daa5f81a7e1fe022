//! What went wrong at the command line, and what to do about it.

use std::process::ExitCode;

use loket_app::{Failure, StoreError};
use loket_domain::{Language, Refusal};
use loket_text::Text;

use crate::audit::purge::{NotAttested, PurgeFault};
use crate::configuration::ConfigurationFault;
use crate::serve::ServeFault;
use crate::wiring::WiringFault;

/// Why a command of the command line did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum CliFault {
    /// Something that was typed, or read from standard input, is not usable.
    #[error("{0}")]
    Usage(String),
    /// The configuration.
    #[error(transparent)]
    Configuration(#[from] ConfigurationFault),
    /// The parts do not fit together.
    #[error(transparent)]
    Wiring(#[from] WiringFault),
    /// The server.
    #[error(transparent)]
    Serve(#[from] ServeFault),
    /// The office says no.
    #[error("{}", sentence(*.0))]
    Refused(Refusal),
    /// The signer of the audit log.
    #[error(transparent)]
    Signer(#[from] crate::audit::SignFault),
    /// Nothing of the audit log is purged yet.
    #[error(transparent)]
    NotAttested(NotAttested),
    /// The store.
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    /// Input or output.
    #[error("input or output failed: {0}")]
    Io(#[from] std::io::Error),
    /// Some checks of `loket doctor` were not good; each is printed already.
    #[error("{0} of the checks above failed")]
    Unwell(usize),
    /// A mail that came back could not be recorded now; the mail server tries again.
    #[error("{0}")]
    Later(String),
    /// A card that `loket eid` does not accept; the verdict is printed already.
    #[error("not accepted")]
    Rejected,
    /// A part of the demonstration.
    #[cfg(feature = "demo")]
    #[error("{0}")]
    Demo(String),
}

impl From<PurgeFault> for CliFault {
    fn from(fault: PurgeFault) -> Self {
        match fault {
            PurgeFault::NotAttested(what) => Self::NotAttested(what),
            PurgeFault::Office(failure) => failure.into(),
            PurgeFault::Store(fault) => fault.into(),
        }
    }
}

impl From<Failure> for CliFault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Broken(error) => Self::Store(error),
        }
    }
}

impl CliFault {
    /// 2 for what the caller or the configuration must change, 1 for what did not work or was
    /// refused.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) | Self::Configuration(_) => ExitCode::from(2),
            Self::Later(_) => super::delivery::try_later(),
            _ => ExitCode::FAILURE,
        }
    }

    /// What to do, when that does not follow from the message.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Configuration(ConfigurationFault::File { cause, .. })
                if cause.kind() == std::io::ErrorKind::NotFound =>
            {
                Some(
                    "`loket config init` makes a first configuration; `--config` names another."
                        .to_owned(),
                )
            }
            Self::Configuration(_) | Self::Wiring(_) => {
                Some("Change the configuration; `loket config check` checks it.".to_owned())
            }
            Self::Refused(refusal) => advice_here(*refusal),
            Self::Serve(ServeFault::Listen { .. }) => {
                Some("Stop what uses the address, or choose another.".to_owned())
            }
            Self::Store(StoreError::WritingStopped(_) | StoreError::WritingPaused(_)) => None,
            Self::Store(_) | Self::Serve(_) => {
                Some("`loket doctor` says which part does not answer.".to_owned())
            }
            _ => None,
        }
    }
}

/// What to do at the command line where the pages speak of themselves.
const ADVICE_HERE: [(Refusal, &str); 4] = [
    (Refusal::NotFound, "Check the number or the identifier that you gave."),
    (Refusal::InvalidInput, "Check what you gave; --help says what is taken."),
    (Refusal::WrongStep, "Look how far it is: it may be done already."),
    (Refusal::NotAllowed, "This is for somebody else to do, on the pages."),
];

fn advice_here(refusal: Refusal) -> Option<String> {
    let here = ADVICE_HERE.iter().find(|(of, _)| *of == refusal);
    here.map(|(_, advice)| (*advice).to_owned()).or_else(|| part(refusal, "next"))
}

fn part(refusal: Refusal, part: &str) -> Option<String> {
    let id = format!("refusal-{}-{part}", refusal.code().replace('_', "-"));
    Text::new(Language::En).by_id(&id)
}

fn sentence(refusal: Refusal) -> String {
    let what = part(refusal, "what").unwrap_or_default();
    format!("refused ({refusal}): {what}")
}
