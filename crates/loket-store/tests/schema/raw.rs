//! A database as an attacker or a careless administrator has it.

use anyhow::Result;
use loket_store::Engine;
#[expect(
    clippy::disallowed_types,
    reason = "the statements are those of the sources or of these tests"
)]
use sqlx::AssertSqlSafe;
use sqlx::{
    Connection as _, Executor as _, PgConnection, Row as _, SqlSafeStr as _, SqliteConnection,
};

/// A connection beside the store's own, as an attacker or a careless administrator would have.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub(crate) async fn to(engine: &Engine) -> Result<Self> {
        Ok(match engine {
            Engine::Sqlite { path } => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await?;
                connection.execute("PRAGMA foreign_keys = ON").await?;
                Self::Sqlite(connection)
            }
            Engine::Postgres { url } => Self::Postgres(PgConnection::connect(url).await?),
        })
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), String> {
        let sql = match self {
            Self::Sqlite(_) => sql.replace("HEX'", "x'"),
            Self::Postgres(_) => sql.replace("HEX'", "'\\x"),
        };
        let statement = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(c) => statement.execute(c).await.map(drop),
            Self::Postgres(c) => statement.execute(c).await.map(drop),
        }
        .map_err(|error| error.to_string())
    }

    pub(crate) async fn prepare(&mut self, sql: &str) -> Result<(), String> {
        let statement = AssertSqlSafe(sql.to_owned()).into_sql_str();
        match self {
            Self::Sqlite(c) => c.prepare(statement).await.map(drop),
            Self::Postgres(c) => c.prepare(statement).await.map(drop),
        }
        .map_err(|error| error.to_string())
    }

    /// The steps of the plan for a statement, whatever its values. PostgreSQL is kept from reading a
    /// whole table or sorting where an index could do, as it would while there are few rows.
    pub(crate) async fn plan(&mut self, sql: &str) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(connection) => {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
                let rows = sqlx::query(explain).fetch_all(connection).await?;
                rows.iter().map(|row| Ok(row.try_get("detail")?)).collect()
            }
            Self::Postgres(connection) => {
                let parameters = (1..=9).take_while(|n| sql.contains(&format!("${n}"))).count();
                let values = if parameters == 0 {
                    String::new()
                } else {
                    format!("({})", vec!["NULL"; parameters].join(", "))
                };
                let prepare = format!(
                    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
                     SET enable_bitmapscan = off; SET enable_sort = off; PREPARE asked AS {sql}"
                );
                sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await?;
                let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE asked{values}"));
                let steps = sqlx::raw_sql(explain).fetch_all(&mut *connection).await?;
                sqlx::raw_sql("DEALLOCATE asked").execute(connection).await?;
                steps.iter().map(|row| Ok(row.try_get("QUERY PLAN")?)).collect()
            }
        }
    }

    /// The indexes of a table, as the database has them written down.
    pub(crate) async fn indexes(&mut self, table: &str) -> Result<Vec<String>> {
        Ok(match self {
            Self::Sqlite(c) => {
                let all = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL ORDER BY name";
                sqlx::query_scalar(all).bind(table).fetch_all(c).await?
            }
            Self::Postgres(c) => {
                let all = "SELECT indexdef FROM pg_indexes WHERE tablename = $1 AND schemaname = current_schema() ORDER BY indexname";
                sqlx::query_scalar(all).bind(table).fetch_all(c).await?
            }
        })
    }

    /// The leaves in order.
    pub(crate) async fn leaves(&mut self) -> Result<Vec<Vec<u8>>> {
        let all = "SELECT leaf FROM journal ORDER BY sequence";
        Ok(match self {
            Self::Sqlite(c) => {
                let rows = sqlx::query(all).fetch_all(c).await?;
                rows.iter().map(|row| row.try_get("leaf")).collect::<Result<_, _>>()?
            }
            Self::Postgres(c) => {
                let rows = sqlx::query(all).fetch_all(c).await?;
                rows.iter().map(|row| row.try_get("leaf")).collect::<Result<_, _>>()?
            }
        })
    }

    /// How many bytes a column has in each row, none where it is empty.
    pub(crate) async fn lengths(&mut self, table: &str, column: &str) -> Result<Vec<usize>> {
        let order = if table == "journal" { "sequence" } else { "1" };
        let all = format!(
            "SELECT CAST(COALESCE(LENGTH({column}), 0) AS BIGINT) AS bytes FROM {table} ORDER BY {order}"
        );
        let all = AssertSqlSafe(all).into_sql_str();
        let lengths: Vec<i64> = match self {
            Self::Sqlite(c) => sqlx::query_scalar(all).fetch_all(c).await?,
            Self::Postgres(c) => sqlx::query_scalar(all).fetch_all(c).await?,
        };
        Ok(lengths.into_iter().map(|bytes| usize::try_from(bytes).unwrap_or(0)).collect())
    }

    /// Takes away what makes the journal append-only, as its owner can.
    pub(crate) async fn remove_guards(&mut self) -> Result<()> {
        let statements = match self {
            Self::Sqlite(_) => {
                "DROP TRIGGER journal_is_append_only_update; DROP TRIGGER journal_is_append_only_delete;
                 DROP TRIGGER journal_has_no_gap; DROP TRIGGER journal_head_only_grows;
                 DROP TRIGGER log_tile_is_full_update; DROP TRIGGER log_tile_is_full_delete;
                 PRAGMA foreign_keys = OFF;"
            }
            Self::Postgres(_) => "SET session_replication_role = replica;",
        };
        self.run(statements).await.map_err(anyhow::Error::msg)
    }
}
