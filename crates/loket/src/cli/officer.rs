//! `loket officer`: roles of members of staff. The number of a person is read from standard input,
//! never from the command line, where it would stay in the shell's history and the process list.

use std::io::{BufRead as _, Read as _};

use clap::{Args, Subcommand, ValueEnum};
use loket_app::commands::grant_role::GrantRole;
use loket_app::commands::withdraw_role::WithdrawRole;
use loket_app::tables;
use loket_app::tables::staff::{ListedRole, StaffName};
use loket_domain::id::RoleId;
use loket_domain::office::{Employment, EnterpriseNumber, RoleKind};
use loket_domain::ssin::Synthetic;
use loket_domain::{Ssin, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::fault::CliFault;
use super::output;
use super::place::{Place, act, day, enterprise_number, organisation};

/// Roles of members of staff.
#[derive(Debug, Subcommand)]
pub(super) enum Officer {
    /// Give a role for a period
    Grant(Grant),
    /// Withdraw a role; the holder's next request is refused
    Withdraw(Withdraw),
    /// List the roles at an organisation, without names
    List(List),
}

/// A role, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Role {
    /// Local registration officer
    Officer,
    /// Grants and withdraws roles in an organisation
    AccessManager,
    /// Reads the audit trail
    Auditor,
    /// Data-protection officer
    DataProtectionOfficer,
    /// Reviews samples of the work
    Reviewer,
    /// Service desk
    Support,
}

impl From<Role> for RoleKind {
    fn from(role: Role) -> Self {
        match role {
            Role::Officer => Self::Officer,
            Role::AccessManager => Self::AccessManager,
            Role::Auditor => Self::Auditor,
            Role::DataProtectionOfficer => Self::DataProtectionOfficer,
            Role::Reviewer => Self::Reviewer,
            Role::Support => Self::Support,
        }
    }
}

/// An employment, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(super) enum Employed {
    /// In permanent service of the organisation
    Permanent,
    /// At a subcontractor
    Subcontractor,
    /// Anything else
    Other,
}

impl From<Employed> for Employment {
    fn from(employed: Employed) -> Self {
        match employed {
            Employed::Permanent => Self::Permanent,
            Employed::Subcontractor => Self::Subcontractor,
            Employed::Other => Self::Other,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Grant {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Read the national or BIS number of the holder from standard input, one line
    #[arg(long, required = true)]
    ssin_stdin: bool,
    /// Given names of the holder
    #[arg(long, default_value = "")]
    given_names: String,
    /// Surname of the holder
    #[arg(long)]
    surname: String,
    /// Which role
    #[arg(long)]
    role: Role,
    /// How the holder is employed
    #[arg(long, default_value = "permanent")]
    employment: Employed,
    /// First day (YYYY-MM-DD); by default today
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<Timestamp>,
    /// First day on which it no longer holds (YYYY-MM-DD), twelve months after the first at most
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Timestamp,
    /// Day of the last training (YYYY-MM-DD), compulsory for officers
    #[arg(long, value_name = "DAY", value_parser = day)]
    trained: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Which role, as `loket officer list` shows it
    #[arg(long, value_name = "ID", value_parser = role_id)]
    role: RoleId,
    /// Why it is withdrawn
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Enterprise number of the organisation
    #[arg(long, value_parser = enterprise_number)]
    organisation: EnterpriseNumber,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn role_id(text: &str) -> Result<RoleId, String> {
    text.parse().map_err(|_| "must be an identifier as `loket officer list` shows it".to_owned())
}

impl Officer {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::Grant(command) => command.run().await,
            Self::Withdraw(command) => command.run().await,
            Self::List(command) => command.run().await,
        }
    }
}

impl Grant {
    async fn run(self) -> Result<(), CliFault> {
        let mut line = String::new();
        std::io::stdin().lock().take(200).read_line(&mut line)?;
        let ssin = Ssin::parse(line.trim(), Synthetic::Refused)
            .map_err(|fault| CliFault::Usage(format!("the number on standard input: {fault}")))?;
        let house = self.place.open().await?;
        let now = house.office.now();
        let command = GrantRole {
            organisation: organisation(&house, &self.organisation).await?.id,
            ssin,
            name: StaffName { given_names: self.given_names, surname: self.surname },
            kind: self.role.into(),
            employment: self.employment.into(),
            from: self.from.unwrap_or_else(|| now.belgian_day().starts_in_belgium()),
            until: self.until,
            trained_at: self.trained,
        };
        let role = act(&house, command).await?;
        house.close().await;
        output::either(self.json, &json!({ "role": role.to_string() }), |_| {
            format!("Role {role} is given.")
        })
    }
}

impl Withdraw {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let organisation = organisation(&house, &self.organisation).await?.id;
        act(&house, WithdrawRole { organisation, role: self.role, reason: self.reason }).await?;
        house.close().await;
        output::line("The role is withdrawn.")
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    role: String,
    staff: String,
    kind: &'static str,
    from: String,
    until: String,
    withdrawn_at: Option<String>,
}

impl From<ListedRole> for Listed {
    fn from(role: ListedRole) -> Self {
        Self {
            role: role.grant.id.to_string(),
            staff: role.staff.to_string(),
            kind: role.grant.kind.code(),
            from: role.grant.from.to_string(),
            until: role.grant.until.to_string(),
            withdrawn_at: role.grant.withdrawn_at.map(|at| at.to_string()),
        }
    }
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let organisation = organisation(&house, &self.organisation).await?.id;
        let mut reader = house.store.reader().await?;
        let roles = tables::staff::roles_at(&mut reader.view(), organisation).await?;
        drop(reader);
        house.close().await;
        let listed: Vec<Listed> = roles.into_iter().map(Listed::from).collect();
        output::either(self.json, &listed, |listed| {
            let line = |one: &Listed| {
                let end = match &one.withdrawn_at {
                    Some(at) => format!("withdrawn {at}"),
                    None => format!("until {}", one.until),
                };
                format!("{}  staff {}  {}  from {}  {end}", one.role, one.staff, one.kind, one.from)
            };
            listed.iter().map(line).collect::<Vec<_>>().join("\n")
        })
    }
}
