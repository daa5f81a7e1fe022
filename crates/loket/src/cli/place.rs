//! What the commands that act share: which configuration, the office behind it, and who acts.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use clap::Args;
use loket_app::{Call, tables};
use loket_domain::Timestamp;
use loket_domain::office::EnterpriseNumber;
use loket_domain::time::Day;
use loket_store::Command;

use super::fault::CliFault;
use crate::configuration::{self, Loaded};
use crate::logging;
use crate::wiring::{House, Plan};

/// Which installation.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "loket.toml")]
    config: PathBuf,
}

impl Place {
    /// Reads and checks the configuration.
    pub(super) fn load(&self) -> Result<Loaded, CliFault> {
        Ok(configuration::load(&self.config)?)
    }

    /// Opens the office without holding its audit log to what was signed.
    pub(super) async fn open_unchecked(&self) -> Result<House, CliFault> {
        let loaded = self.load()?;
        logging::start(&loaded.configuration.log);
        Ok(Box::pin(House::open_unchecked(Plan::of(&loaded)?)).await?)
    }

    /// Opens the office.
    pub(super) async fn open(&self) -> Result<House, CliFault> {
        let loaded = self.load()?;
        logging::start(&loaded.configuration.log);
        // The settings of every part make a large future.
        Ok(Box::pin(House::open(Plan::of(&loaded)?)).await?)
    }
}

/// Runs one command as the operator who is logged in at this machine.
pub(super) async fn act<C: Command>(house: &House, command: C) -> Result<C::Output, CliFault> {
    let call: Call = house.office.operator_call(&account()?)?;
    Ok(house.office.run(call, command).await?)
}

/// The organisation with that number.
pub(super) async fn organisation(
    house: &House,
    number: &EnterpriseNumber,
) -> Result<tables::organisation::Organisation, CliFault> {
    let mut reader = house.store.reader().await?;
    tables::organisation::by_enterprise_number(&mut reader.view(), number).await?.ok_or_else(|| {
        let number = number.as_str();
        CliFault::Usage(format!(
            "no organisation has the number {number}; `loket organisation list` shows them"
        ))
    })
}

/// Name of the account under which this process runs, as the operating system has it.
pub(super) fn account() -> Result<String, CliFault> {
    let uid = fs::metadata("/proc/self")?.uid();
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    Ok(name.unwrap_or_else(|| format!("uid-{uid}")))
}

/// The start of a day in Belgium, for clap.
pub(super) fn day(text: &str) -> Result<Timestamp, String> {
    Day::parse(text)
        .map(Day::starts_in_belgium)
        .ok_or_else(|| "must be a day as YYYY-MM-DD".to_owned())
}

/// An enterprise number, for clap.
pub(super) fn enterprise_number(text: &str) -> Result<EnterpriseNumber, String> {
    EnterpriseNumber::parse(text).map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_has_a_name() {
        assert!(!account().unwrap().is_empty());
    }

    #[test]
    fn a_day_begins_in_belgium() {
        assert_eq!(day("2026-07-01").unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert!(day("1-7-2026").is_err());
    }
}
