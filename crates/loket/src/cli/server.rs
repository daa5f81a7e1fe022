//! `loket serve` and `loket migrate`.

use clap::Args;
use loket_app::Store;

use super::fault::CliFault;
use super::output;
use super::place::Place;
use crate::serve;

/// Starts the server; it stops on SIGINT and SIGTERM.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let loaded = self.place.load()?;
        let house = self.place.open().await?;
        let listener = serve::bind(loaded.configuration.listen).await?;
        let router = house.router();
        let origin = loaded.configuration.origin.clone();
        serve::run(listener, &house, router, || {
            tracing::info!(origin, "ready");
        })
        .await?;
        house.close().await;
        Ok(())
    }
}

/// Brings the database up to date and says which version it has.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    place: Place,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        house.close().await;
        output::line(format!("The database has schema version {}.", Store::schema_version()))
    }
}
