//! The program: command line, configuration, wiring. It joins the other crates and decides no rule
//! of the office: the command line is one more front door to the same commands.

pub mod audit;
pub mod cli;
pub mod configuration;
#[cfg(feature = "demo")]
mod demo;
mod logging;
pub mod serve;
pub mod wiring;
