//! Trying a key at once: the check page shows what was tried with success for some minutes.

use std::time::Duration;

use loket_domain::secret::Secret;
use loket_store::{StoreError, Visit, VisitKind};

use super::Office;
use super::key_proof::ProvedKey;
use super::sign_in::hashed;

/// How long the result can be read.
const RESULT_WORKS: Duration = Duration::from_secs(10 * 60);

impl Office {
    /// Keeps which key was tried; returns the cookie with which that can be read.
    pub async fn keep_key_check(&self, proved: &ProvedKey) -> Result<Secret, StoreError> {
        let token = self.new_token()?;
        let visit = Visit {
            token_hash: hashed(token.expose()),
            kind: VisitKind::KeyChecked,
            until: self.now().plus(RESULT_WORKS),
        };
        let kept =
            serde_json::to_string(proved).map_err(|_| StoreError::BrokenOff("keeping a result"))?;
        self.store().put_visit(visit, kept).await?;
        Ok(token)
    }

    /// The result of a key check; `None` when it is over.
    pub async fn key_check_result(&self, token: &Secret) -> Result<Option<ProvedKey>, StoreError> {
        let hash = hashed(token.expose());
        let kept = self.store().peek_visit(hash, VisitKind::KeyChecked).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
    }
}
