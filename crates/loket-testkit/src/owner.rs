//! The database in the hands of who owns it, past everything that the store refuses: for tests of what
//! is found afterwards.

use anyhow::Result;
use loket_store::Engine;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

/// Runs statements on a database, past the store.
pub async fn as_owner(engine: &Engine, statements: &'static str) -> Result<()> {
    match engine {
        Engine::Sqlite { path } => {
            let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await?;
            sqlx::raw_sql(statements).execute(&mut connection).await?;
        }
        Engine::Postgres { url } => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::raw_sql(statements).execute(&mut connection).await?;
        }
    }
    Ok(())
}

/// Runs a statement with a text, past the store.
pub async fn as_owner_with(engine: &Engine, statement: &'static str, text: &str) -> Result<()> {
    match engine {
        Engine::Sqlite { path } => {
            let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await?;
            sqlx::query(statement).bind(text).execute(&mut connection).await?;
        }
        Engine::Postgres { url } => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query(statement).bind(text).execute(&mut connection).await?;
        }
    }
    Ok(())
}

/// Runs a statement with two values of bytes, past the store.
pub async fn with_bytes(
    engine: &Engine,
    statement: &'static str,
    [first, second]: [&[u8]; 2],
) -> Result<()> {
    match engine {
        Engine::Sqlite { path } => {
            let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await?;
            sqlx::query(statement).bind(first).bind(second).execute(&mut connection).await?;
        }
        Engine::Postgres { url } => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query(statement).bind(first).bind(second).execute(&mut connection).await?;
        }
    }
    Ok(())
}

/// The bytes that a query gives.
pub async fn bytes(engine: &Engine, query: &'static str) -> Result<Vec<u8>> {
    Ok(match engine {
        Engine::Sqlite { path } => {
            let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await?;
            sqlx::query_scalar(query).fetch_one(&mut connection).await?
        }
        Engine::Postgres { url } => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query_scalar(query).fetch_one(&mut connection).await?
        }
    })
}
