//! Keeps a new key with which sign-ins are signed, by a job in time or by the operator now. Where the
//! others may be in other hands they are withdrawn at once, and nobody believes them any more.

use loket_domain::audit::Event;
use loket_domain::policy::Action;
use loket_domain::relying_party::{due, published};
use loket_domain::{Refusal, Timestamp};
use loket_store::{Audited, Command, Failure, Permit, Scope, Tx, tables};
use serde::Serialize;
use serde_json::Value;

/// Keeps it.
#[derive(Serialize)]
pub struct MakeSigningKey {
    /// Its name.
    pub kid: String,
    /// Its public part, as a key set lists it.
    pub public: Value,
    /// Its private part.
    #[serde(skip)]
    pub private: Vec<u8>,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// What for.
    pub occasion: Occasion,
}

/// Why a key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// It is time; somebody else may have been faster.
    Due,
    /// The operator wants the next one.
    Wanted,
    /// The others may be in other hands.
    OthersLost,
}

impl Command for MakeSigningKey {
    type Output = ();
    const ACTION: Action = Action::MakeSigningKey;

    fn scope(&self) -> Scope {
        Scope::NONE
    }

    async fn apply(
        &self,
        tx: &mut Tx<'_>,
        permit: Permit<'_, Self>,
    ) -> Result<Audited<()>, Failure> {
        let keys = tables::signing_key::all(&mut tx.view()).await?;
        let times: Vec<_> = keys.iter().map(|key| key.times).collect();
        match self.occasion {
            Occasion::Due if due(&times, permit.now()).is_none() => {
                return Err(Refusal::WrongStep.into());
            }
            // Relying parties read a key set of some keys, not of any number.
            Occasion::Wanted if published(&times, permit.now()).len() >= 5 => {
                return Err(Refusal::WrongStep.into());
            }
            Occasion::Due | Occasion::Wanted => {}
            Occasion::OthersLost => {
                tables::signing_key::withdraw_all(tx).await?;
            }
        }
        tables::signing_key::insert(tx, &self.kid, &self.public, &self.private, self.signs_from)
            .await?;
        let event = Event::SigningKeyMade {
            kid: self.kid.clone(),
            signs_from: self.signs_from,
            others_withdrawn: self.occasion == Occasion::OthersLost,
        };
        Ok(Audited::new((), event, []))
    }
}
