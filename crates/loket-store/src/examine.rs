//! Looks at a database without opening it for work: nothing is made, migrated or locked.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::error::StoreError;
use crate::settings::Engine;

const NEWEST: &str = "SELECT MAX(version) FROM _sqlx_migrations";
/// How long a server may take to accept the connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The schema version that a database has; `None` when no version of Loket has used it yet.
pub async fn schema_of(engine: &Engine) -> Result<Option<i64>, StoreError> {
    let looking = async {
        match engine {
            Engine::Sqlite { path } => {
                let options = SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = options.connect().await?;
                let found = sqlx::query_scalar(NEWEST).fetch_one(&mut connection).await;
                connection.close().await?;
                version(found)
            }
            Engine::Postgres { url } => {
                let options = PgConnectOptions::from_str(url).map_err(|_| {
                    StoreError::Settings("the PostgreSQL address cannot be read".into())
                })?;
                let mut connection = options.connect().await?;
                let found = sqlx::query_scalar(NEWEST).fetch_one(&mut connection).await;
                connection.close().await?;
                version(found)
            }
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .unwrap_or_else(|_| Err(StoreError::Settings("the database does not answer".into())))
}

/// A database that answers with an error of its own has no such table.
fn version(found: Result<Option<i64>, sqlx::Error>) -> Result<Option<i64>, StoreError> {
    match found {
        Ok(version) => Ok(version),
        Err(sqlx::Error::Database(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn looking_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loket.db");
        let engine = Engine::Sqlite { path: path.to_string_lossy().into_owned() };
        assert!(schema_of(&engine).await.is_err(), "there is no such file");
        assert!(!path.exists());
        std::fs::write(&path, "").unwrap();
        assert_eq!(schema_of(&engine).await.unwrap(), None);
    }
}
