//! The schema, from one text per migration. Never edit a file that was released: add one.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
#[expect(
    clippy::disallowed_types,
    reason = "the texts are our own files; only the names of types are replaced"
)]
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use crate::connection::Connection;
use crate::error::StoreError;
use crate::settings::Engine;
use crate::statement::sql;

struct Step {
    version: i64,
    description: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Step {
    /// One text for both engines.
    const fn alike(version: i64, description: &'static str, text: &'static str) -> Self {
        Self { version, description, sqlite: text, postgres: text }
    }
}

const STEPS: &[Step] = &[
    Step::alike(1, "office", include_str!("../migrations/0001_office.sql")),
    Step::alike(2, "registration", include_str!("../migrations/0002_registration.sql")),
    Step {
        version: 3,
        description: "guards",
        sqlite: include_str!("../migrations/0003_guards.sqlite.sql"),
        postgres: include_str!("../migrations/0003_guards.postgres.sql"),
    },
    Step::alike(4, "counter", include_str!("../migrations/0004_counter.sql")),
    Step::alike(5, "look_ups", include_str!("../migrations/0005_look_ups.sql")),
    Step::alike(7, "delivery", include_str!("../migrations/0007_delivery.sql")),
    Step::alike(8, "keys", include_str!("../migrations/0008_keys.sql")),
    Step {
        version: 9,
        description: "contact",
        sqlite: concat!(
            include_str!("../migrations/0009_contact.sql"),
            include_str!("../migrations/0009_guards.sqlite.sql")
        ),
        postgres: concat!(
            include_str!("../migrations/0009_contact.sql"),
            include_str!("../migrations/0009_guards.postgres.sql")
        ),
    },
    Step::alike(10, "relying_parties", include_str!("../migrations/0010_relying_parties.sql")),
    Step {
        version: FIRST_WITH_LOG,
        description: "log",
        sqlite: concat!(
            include_str!("../migrations/0011_log.sql"),
            include_str!("../migrations/0011_guards.sqlite.sql")
        ),
        postgres: concat!(
            include_str!("../migrations/0011_log.sql"),
            include_str!("../migrations/0011_guards.postgres.sql")
        ),
    },
    Step::alike(12, "posts", include_str!("../migrations/0012_posts.sql")),
    Step::alike(13, "sign_in", include_str!("../migrations/0013_sign_in.sql")),
    Step::alike(14, "search", include_str!("../migrations/0014_search.sql")),
    Step {
        version: 15,
        description: "attesters_and_purge",
        sqlite: concat!(
            include_str!("../migrations/0015_attesters.sql"),
            include_str!("../migrations/0015_purge.sql"),
            include_str!("../migrations/0015_guards.sqlite.sql")
        ),
        postgres: concat!(
            include_str!("../migrations/0015_attesters.sql"),
            include_str!("../migrations/0015_purge.sql"),
            include_str!("../migrations/0015_guards.postgres.sql")
        ),
    },
    Step {
        version: 16,
        description: "tokens",
        sqlite: concat!(
            include_str!("../migrations/0016_tokens.sql"),
            include_str!("../migrations/0016_tokens.sqlite.sql")
        ),
        postgres: concat!(
            include_str!("../migrations/0016_tokens.sql"),
            include_str!("../migrations/0016_tokens.postgres.sql")
        ),
    },
    Step::alike(17, "code_cost", include_str!("../migrations/0017_code_cost.sql")),
    Step::alike(18, "setting", include_str!("../migrations/0018_setting.sql")),
];

/// The version that made the journal the transparency log.
const FIRST_WITH_LOG: i64 = 11;

/// The version of the newest migration.
pub(crate) fn newest() -> i64 {
    STEPS.last().map_or(0, |step| step.version)
}

/// Refuses a database whose events came before the log: a log that took them in afterwards would
/// vouch for what it never saw. No installation has such a database but demonstrations.
pub(crate) async fn check_before_log(connection: &mut Connection) -> Result<(), StoreError> {
    // A new database has neither table; then there is nothing to refuse.
    let version =
        connection.optional(sql!("SELECT MAX(version) AS v FROM _sqlx_migrations"), vec![]);
    let Ok(Some(row)) = version.await else { return Ok(()) };
    let Some(version) = row.opt_int("v")? else { return Ok(()) };
    if version >= FIRST_WITH_LOG {
        return Ok(());
    }
    let row = connection.optional(sql!("SELECT size FROM journal_head WHERE id = 1"), vec![]);
    match row.await?.map(|row| row.int("size")).transpose()? {
        Some(0) | None => Ok(()),
        Some(_) => Err(StoreError::BeforeTheLog),
    }
}

/// The migrations as the engine spells them.
pub(crate) fn migrator(engine: &Engine) -> Migrator {
    let migrations: Vec<Migration> = STEPS
        .iter()
        .map(|step| {
            let text = match engine {
                Engine::Sqlite { .. } => {
                    step.sqlite.replace("BIGINT", "INTEGER").replace(" BYTES", " BLOB")
                }
                Engine::Postgres { .. } => {
                    step.postgres.replace(") STRICT;", ");").replace(" BYTES", " BYTEA")
                }
            };
            Migration::new(
                step.version,
                Cow::Borrowed(step.description),
                MigrationType::Simple,
                AssertSqlSafe(text).into_sql_str(),
                false,
            )
        })
        .collect();
    Migrator { migrations: Cow::Owned(migrations), ..Migrator::DEFAULT }
}
