//! `loket audit new-origin`: the ceremony after a log was lost or forked. The leaves that there are begin
//! the new log; the first event after them names the former one and who decided.

use clap::Args;
use loket_app::commands::begin_audit_origin::BeginAuditOrigin;

use crate::cli::fault::CliFault;
use crate::cli::output;
use crate::cli::place::{Place, act};

/// Begins a new log. The server must stand still.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewOrigin {
    #[command(flatten)]
    place: Place,
    /// Name of each of the two people who decide it; give it twice
    #[arg(long = "by", value_name = "NAME", required = true)]
    by: Vec<String>,
    /// Why: what was lost, and how it is known
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl NewOrigin {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let approved_by: [String; 2] = self
            .by
            .try_into()
            .map_err(|_| CliFault::Usage("give --by twice, once for each person".to_owned()))?;
        let house = self.place.open_unchecked().await?;
        let former = house.signer.last()?;
        let state = house.signer.next_origin(&house.store).await?;
        let command = BeginAuditOrigin {
            origin: state.origin.to_string(),
            former_origin: former.as_ref().map(|state| state.origin.to_string()),
            former_size: former.as_ref().map_or(0, |state| state.head.size),
            former_root: former.map(|state| state.head.root.to_string()).unwrap_or_default(),
            reason: self.reason,
            approved_by,
        };
        act(&house, command).await?;
        house.signer.begin(&state)?;
        house.signer.sign(&house.store).await?;
        let key = house.signer.key()?;
        house.close().await;
        output::line(format!(
            "The log is now {} and begins with the {} events that there are. Start the server, and give \
             its verifier key to whoever checks the log:\n{}",
            state.origin,
            state.head.size,
            key.verifier()
        ))
    }
}
