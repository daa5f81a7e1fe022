//! Damage as a broken disk or a restored backup under another key makes it. Nothing of the office can
//! do this, so it is done behind its back, by a connection of its own.

use anyhow::Result;
use loket_store::Engine;
use sqlx::Connection as _;

/// Makes the sealed part of every message that waits unreadable.
pub async fn waiting_messages(engine: &Engine) -> Result<()> {
    match engine {
        Engine::Sqlite { path } => {
            let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{path}")).await?;
            let damage = "UPDATE outbox SET payload = x'00ff' WHERE state = 'waiting'";
            sqlx::query(damage).execute(&mut connection).await?;
            connection.close().await?;
        }
        Engine::Postgres { url } => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let damage =
                "UPDATE outbox SET payload = decode('00ff', 'hex') WHERE state = 'waiting'";
            sqlx::query(damage).execute(&mut connection).await?;
            connection.close().await?;
        }
    }
    Ok(())
}
