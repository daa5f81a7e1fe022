//! `loket organisation`: organisations, agreements, authorisations.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use loket_app::commands::allow_procedure::AllowProcedure;
use loket_app::commands::create_organisation::CreateOrganisation;
use loket_app::commands::end_agreement::EndAgreement;
use loket_app::commands::end_authorisation::EndAuthorisation;
use loket_app::commands::record_agreement::RecordAgreement;
use loket_app::commands::record_authorisation::RecordAuthorisation;
use loket_app::tables;
use loket_app::tables::organisation::{Particulars, Signature};
use loket_domain::Timestamp;
use loket_domain::office::EnterpriseNumber;
use loket_domain::register::RegisterName;
use loket_domain::time::Day;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::fault::CliFault;
use super::output;
use super::place::{Place, act, day, enterprise_number, organisation};

/// Longest file of particulars.
const LONGEST: u64 = 64 * 1024;

/// Organisations, their agreements and authorisations.
#[derive(Debug, Subcommand)]
pub(super) enum Organisation {
    /// Enter an organisation
    Create(Create),
    /// Record the agreement of an organisation
    Agreement(Agreement),
    /// End the agreement of an organisation; access stops at that moment
    EndAgreement(EndOfAgreement),
    /// Record the authorisation of an organisation for a register
    Authorise(Authorise),
    /// End the authorisation of an organisation for a register
    EndAuthorisation(EndOfAuthorisation),
    /// Allow an organisation a procedure that is not offered to all
    AllowProcedure(AllowProcedures),
    /// List the organisations
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    place: Place,
    /// Enterprise number, ten digits
    #[arg(long, value_parser = enterprise_number)]
    number: EnterpriseNumber,
    /// Name as shown to staff and persons
    #[arg(long)]
    name: String,
    /// It is the operator itself
    #[arg(long)]
    operator: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Agreement {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// TOML file with `purpose`, `contact`, `data_protection_officer`, and the tables
    /// `signed_for_organisation` and `signed_for_operator`, each with `name`, `function` and `day`;
    /// - reads standard input
    #[arg(long, value_name = "FILE")]
    particulars: PathBuf,
    /// First day in force (YYYY-MM-DD), not before the later signature
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Timestamp,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct EndOfAgreement {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Why it ends
    #[arg(long)]
    reason: String,
    /// First day without the agreement (YYYY-MM-DD); by default it ends at once
    #[arg(long, value_name = "DAY", value_parser = day)]
    at: Option<Timestamp>,
}

/// A register, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Register {
    /// The National Register
    National,
    /// The BIS register
    Bis,
}

impl From<Register> for RegisterName {
    fn from(register: Register) -> Self {
        match register {
            Register::National => Self::NationalRegister,
            Register::Bis => Self::BisRegister,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Authorise {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Which register it opens
    #[arg(long)]
    register: Register,
    /// Reference of the decision or deliberation
    #[arg(long)]
    reference: String,
    /// First day (YYYY-MM-DD)
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Timestamp,
    /// First day on which it no longer holds (YYYY-MM-DD); by default it has no end
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct EndOfAuthorisation {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Which register is closed to it
    #[arg(long)]
    register: Register,
    /// First day on which it no longer holds (YYYY-MM-DD); by default it ends at once
    #[arg(long, value_name = "DAY", value_parser = day)]
    at: Option<Timestamp>,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Organisation {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Create(command) => command.run().await,
            Self::Agreement(command) => command.run().await,
            Self::EndAgreement(command) => command.run().await,
            Self::Authorise(command) => command.run().await,
            Self::EndAuthorisation(command) => command.run().await,
            Self::AllowProcedure(command) => command.run().await,
            Self::List(command) => command.run().await,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct AllowProcedures {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Name of the procedure, as `loket procedures list` shows it without its version
    #[arg(long)]
    procedure: String,
    /// Last day on which it is allowed (YYYY-MM-DD); a day in the past takes the permission back
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Timestamp,
    /// Why
    #[arg(long)]
    reason: String,
}

impl AllowProcedures {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let organisation = organisation(&house, &self.organisation).await?;
        let command = AllowProcedure {
            organisation: organisation.id,
            procedure: self.procedure.clone(),
            // The last day counts.
            until: self.until.plus(std::time::Duration::from_hours(24)),
            reason: self.reason,
            procedures: house.office.procedures(),
        };
        let done = act(&house, command).await;
        house.close().await;
        done?;
        output::line(format!("{}: {} allowed", organisation.name, self.procedure))
    }
}

impl Create {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let command = CreateOrganisation {
            name: self.name,
            enterprise_number: self.number,
            at_operator: self.operator,
        };
        let id = act(&house, command).await?;
        house.close().await;
        output::either(self.json, &json!({ "organisation": id.to_string() }), |_| {
            format!("Organisation {id} is entered.")
        })
    }
}

impl Agreement {
    async fn run(self) -> Result<(), CliFault> {
        let particulars = read_particulars(&self.particulars)?;
        let house = self.place.open().await?;
        let organisation = organisation(&house, &self.organisation).await?.id;
        let command = RecordAgreement { organisation, particulars, in_force_from: self.from };
        let id = act(&house, command).await?;
        house.close().await;
        output::either(self.json, &json!({ "agreement": id.to_string() }), |_| {
            format!("Agreement {id} is recorded.")
        })
    }
}

impl EndOfAgreement {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let organisation = organisation(&house, &self.organisation).await?.id;
        let at = self.at.unwrap_or_else(|| house.office.now());
        act(&house, EndAgreement { organisation, at, reason: self.reason }).await?;
        house.close().await;
        output::line("The end of the agreement is recorded.")
    }
}

impl Authorise {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let command = RecordAuthorisation {
            organisation: organisation(&house, &self.organisation).await?.id,
            register: self.register.into(),
            reference: self.reference,
            from: self.from,
            until: self.until,
        };
        let id = act(&house, command).await?;
        house.close().await;
        output::either(self.json, &json!({ "authorisation": id.to_string() }), |_| {
            format!("Authorisation {id} is recorded.")
        })
    }
}

impl EndOfAuthorisation {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let command = EndAuthorisation {
            organisation: organisation(&house, &self.organisation).await?.id,
            register: self.register.into(),
            at: self.at.unwrap_or_else(|| house.office.now()),
        };
        act(&house, command).await?;
        house.close().await;
        output::line("The end of the authorisation is recorded.")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    organisation: String,
    enterprise_number: String,
    name: String,
    at_operator: bool,
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let mut reader = house.store.reader().await?;
        let all = tables::organisation::all(&mut reader.view()).await?;
        drop(reader);
        house.close().await;
        let listed: Vec<Listed> = all
            .into_iter()
            .map(|one| Listed {
                organisation: one.id.to_string(),
                enterprise_number: one.enterprise_number.as_str().to_owned(),
                name: one.name,
                at_operator: one.at_operator,
            })
            .collect();
        output::either(self.json, &listed, |listed| {
            let line = |one: &Listed| {
                let operator = if one.at_operator { "  (operator)" } else { "" };
                format!("{}  {}{operator}", one.enterprise_number, one.name)
            };
            listed.iter().map(line).collect::<Vec<_>>().join("\n")
        })
    }
}

/// The particulars as written in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenParticulars {
    purpose: String,
    contact: Option<String>,
    data_protection_officer: Option<String>,
    signed_for_organisation: Option<WrittenSignature>,
    signed_for_operator: Option<WrittenSignature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignature {
    name: String,
    function: String,
    day: String,
}

fn read_particulars(file: &Path) -> Result<Particulars, CliFault> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().take(LONGEST).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(file)?.take(LONGEST).read_to_string(&mut text)?;
    }
    parse_particulars(&text).map_err(|what| CliFault::Usage(format!("--particulars: {what}")))
}

fn parse_particulars(text: &str) -> Result<Particulars, String> {
    // The parser's own message would repeat a line, which may hold a name.
    let written: WrittenParticulars =
        toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let signature = |written: Option<WrittenSignature>| {
        written
            .map(|one| {
                let day = Day::parse(&one.day).ok_or("a day must be written YYYY-MM-DD")?;
                let at = day.starts_in_belgium();
                Ok::<_, String>(Signature { name: one.name, function: one.function, at })
            })
            .transpose()
    };
    Ok(Particulars {
        signed_for_organisation: signature(written.signed_for_organisation)?,
        signed_for_operator: signature(written.signed_for_operator)?,
        contact: written.contact,
        data_protection_officer: written.data_protection_officer,
        purpose: written.purpose,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        purpose = "issuing digital keys"
        contact = "Peeters, An, an@example.be"
        data_protection_officer = "Maes, Jo"
        [signed_for_organisation]
        name = "An Peeters"
        function = "mayor"
        day = "2026-01-05"
        [signed_for_operator]
        name = "Luc Claes"
        function = "director"
        day = "2026-01-06"
    "#;

    #[test]
    fn particulars_are_read_and_unknown_keys_refused() {
        let read = parse_particulars(GOOD).unwrap();
        assert_eq!(read.signed_for_operator.unwrap().at.to_string(), "2026-01-05T23:00:00Z");
        assert!(parse_particulars(&format!("x = 1\n{GOOD}")).is_err());
        assert!(parse_particulars(&GOOD.replace("2026-01-05", "5 January")).is_err());
    }

    #[test]
    fn a_fault_repeats_no_name() {
        let fault = parse_particulars(&GOOD.replace("contact = ", "contact ")).unwrap_err();
        assert!(!fault.contains("Peeters"), "{fault}");
    }
}
