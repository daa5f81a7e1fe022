//! How a store is opened.

use std::time::Duration;

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// A file of the embedded database.
    Sqlite {
        /// Path of the file; its folder must exist.
        path: String,
    },
    /// A PostgreSQL server, by `postgres://` address.
    Postgres {
        /// The address; may carry a password, so it is not printed.
        url: String,
    },
}

/// Limits of sessions and of the write loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// A session without requests ends after this (SEED-82: 15 minutes).
    pub session_idle: Duration,
    /// A session ends after this whatever happens (12 hours).
    pub session_at_most: Duration,
    /// A command that takes longer is rolled back.
    pub command: Duration,
    /// Commands committed together at most.
    pub batch: usize,
    /// Commands waiting at most; more are refused as unavailable.
    pub queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session_idle: Duration::from_mins(15),
            session_at_most: Duration::from_hours(12),
            command: Duration::from_secs(5),
            batch: 256,
            queue: 4096,
        }
    }
}

/// Everything that opening needs beside keys, clock and entropy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which database.
    pub engine: Engine,
    /// Name of this server in the trail.
    pub node: String,
    /// Version of the terms of use that staff must have accepted.
    pub terms_version: String,
    /// Whether the states of keys are handed over to the federal authentication service.
    pub hands_keys_over: bool,
    /// Limits.
    pub limits: Limits,
}
