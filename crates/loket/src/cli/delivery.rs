//! `loket delivery`: how messages go out, those that were set apart, and mail that came back.

use std::io::Read as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use loket_app::Lane;
use loket_app::commands::drop_message::DropMessage;
use loket_app::commands::read_set_apart::ReadSetApart;
use loket_app::commands::send_message_again::SendMessageAgain;
use loket_app::tables::outbox::SetApart;
use loket_delivery::bounce;
use loket_domain::id::MessageId;
use serde::Serialize;

use super::fault::CliFault;
use super::output;
use super::place::{Place, account, act};

/// Messages that were set apart, and mail that came back
#[derive(Debug, Subcommand)]
pub(super) enum Delivery {
    /// List what waits, and the messages that were set apart because they kept failing
    List(List),
    /// Send a message that was set apart again
    Again(Again),
    /// Do not send a message that was set apart
    Drop(Drop),
    /// Read a mail that came back from standard input; for a transport of the mail server
    Bounce(Bounce),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Again {
    #[command(flatten)]
    place: Place,
    /// Which, as listed
    message: MessageId,
}

#[derive(Debug, Args)]
pub(super) struct Drop {
    #[command(flatten)]
    place: Place,
    /// Which, as listed
    message: MessageId,
    /// Why; nothing personal
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Bounce {
    #[command(flatten)]
    place: Place,
    /// Address that the mail came to, as the transport tells; else the mail itself is asked
    #[arg(long)]
    to: Option<String>,
}

impl Delivery {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        match self {
            Self::List(list) => list.run().await,
            Self::Again(again) => again.run().await,
            Self::Drop(drop) => drop.run().await,
            Self::Bounce(bounce) => bounce.run().await,
        }
    }
}

/// What waits and what was set apart.
#[derive(Debug, Serialize)]
struct Standing {
    channels: Vec<LaneTold>,
    set_apart: Vec<Stopped>,
}

#[derive(Debug, Serialize)]
struct LaneTold {
    channel: &'static str,
    waiting: u32,
    oldest: Option<String>,
}

#[derive(Debug, Serialize)]
struct Stopped {
    message: String,
    kind: String,
    channel: &'static str,
    dossier: String,
    cause: Option<String>,
    attempts: u32,
    since: Option<String>,
    not_after: String,
}

impl LaneTold {
    fn of(lane: &Lane) -> Self {
        Self {
            channel: lane.channel.code(),
            waiting: lane.waiting,
            oldest: lane.oldest.map(|at| at.to_string()),
        }
    }
}

impl Stopped {
    fn of(one: SetApart) -> Self {
        Self {
            message: one.message.id.to_string(),
            kind: one.message.kind,
            channel: one.message.channel.code(),
            dossier: one.reference.to_string(),
            cause: one.message.cause,
            attempts: one.message.attempts,
            since: one.message.set_apart_at.map(|at| at.to_string()),
            not_after: one.message.not_after.to_string(),
        }
    }
}

impl Standing {
    fn text(&self) -> String {
        let waiting = self.channels.iter().map(|lane| {
            let since = lane.oldest.as_ref().map_or_else(String::new, |at| format!(" since {at}"));
            format!("{:<5} {} waiting{since}", lane.channel, lane.waiting)
        });
        let stopped = self.set_apart.iter().map(|one| {
            format!(
                "{} {} {} dossier {}\n  {} after {} tries, set apart {}, worth sending until {}",
                one.message,
                one.channel,
                one.kind,
                one.dossier,
                one.cause.as_deref().unwrap_or("unknown"),
                one.attempts,
                one.since.as_deref().unwrap_or_default(),
                one.not_after,
            )
        });
        waiting.chain(stopped).collect::<Vec<_>>().join("\n")
    }
}

impl List {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let call = house.office.operator_call(&account()?)?;
        let read = house.office.run(call, ReadSetApart).await;
        let lanes = house.office.lanes().await;
        house.close().await;
        let standing = Standing {
            channels: lanes?.iter().map(LaneTold::of).collect(),
            set_apart: read?.messages.into_iter().map(Stopped::of).collect(),
        };
        output::either(self.json, &standing, Standing::text)
    }
}

impl Again {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let done = act(&house, SendMessageAgain { message: self.message }).await;
        house.close().await;
        done?;
        output::line("It is sent again within a second, when the server runs.")
    }
}

impl Drop {
    async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let done = act(&house, DropMessage { message: self.message, reason: self.reason }).await;
        house.close().await;
        done?;
        output::line("It is not sent; the dossier says so.")
    }
}

impl Bounce {
    /// A mail that tells nothing is taken all the same: a transport that fails makes the mail server
    /// send a report about the report.
    async fn run(self) -> Result<(), CliFault> {
        let mut mail = Vec::new();
        let most = u64::try_from(bounce::LONGEST).unwrap_or(u64::MAX) + 1;
        std::io::stdin().lock().take(most).read_to_end(&mut mail)?;
        let returned = match bounce::read(&mail, self.to.as_deref()) {
            Ok(returned) => returned,
            Err(nothing) => return output::line(format!("Nothing recorded: {nothing}.")),
        };
        let house = self.place.open().await.map_err(|fault| CliFault::Later(fault.to_string()))?;
        let recorded = house.office.record_returned(returned.tag, returned.outcome).await;
        house.close().await;
        match recorded {
            Ok(true) => output::line("Recorded."),
            Ok(false) => output::line("Nothing recorded: the tag is not one of this installation."),
            Err(failure) => Err(CliFault::Later(failure.to_string())),
        }
    }
}

/// Exit code by which a mail server keeps the mail and tries again (`EX_TEMPFAIL` of sysexits.h).
pub(super) fn try_later() -> ExitCode {
    ExitCode::from(75)
}
