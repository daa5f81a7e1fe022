//! What can be wrong with the configuration, each with what to do.

use std::path::PathBuf;

/// Something is wrong with the configuration or a file that it names. Never says what a secret is.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationFault {
    /// A file cannot be read or written.
    #[error("{}: {cause}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// What a file says is not right.
    #[error("{}: {what}", .file.display())]
    Content {
        /// Which.
        file: PathBuf,
        /// What, and what it must be.
        what: String,
    },
    /// A value does not suit the part of the program that it is for.
    #[error("{section}: {what}")]
    Value {
        /// Table of the configuration file.
        section: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl ConfigurationFault {
    /// A fault of one table.
    pub fn value(section: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Value { section, what: what.to_string() }
    }
}
