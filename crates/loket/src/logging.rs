//! What the program writes to standard error while it runs. Personal data cannot get there: the
//! types that hold it do not print.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::configuration::{Log, LogFormat};

/// Starts the log. A second call changes nothing.
pub(crate) fn start(log: &Log) {
    // The filter was checked when the configuration was read.
    let filter = log.filter.parse().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    let started = match log.format {
        LogFormat::Text => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    // Only fails when there is one already.
    drop(started);
}
