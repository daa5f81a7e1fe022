//! `loket fraud-reports`: what counters reported as possibly false. Reading is an event.

use std::time::Duration;

use clap::Args;
use loket_app::commands::read_fraud_reports::ReadFraudReports;
use serde_json::json;

use super::fault::CliFault;
use super::output;
use super::place::{Place, account, day};

#[derive(Debug, Args)]
pub(super) struct FraudReports {
    #[command(flatten)]
    place: Place,
    /// From which day on (YYYY-MM-DD); by default of the last thirty days
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<loket_domain::Timestamp>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl FraudReports {
    pub(super) async fn run(self) -> Result<(), CliFault> {
        let house = self.place.open().await?;
        let month = Duration::from_hours(30 * 24);
        let since = self.since.unwrap_or_else(|| house.office.now().minus(month));
        let call = house.office.operator_call(&account()?)?;
        let read = house.office.disclose(call, ReadFraudReports { since }).await;
        house.close().await;
        let (reports, disclosure) = read?;
        let told: Vec<_> = reports
            .iter()
            .map(|report| {
                json!({
                    "reference": report.reference.to_string(),
                    "organisation": report.organisation,
                    "at": report.at.to_string(),
                    "reason": report.reason,
                    "explanation": disclosure.open(&report.explanation),
                })
            })
            .collect();
        output::either(self.json, &told, |told| {
            if told.is_empty() {
                return "no reports".to_owned();
            }
            let text = |report: &serde_json::Value, key: &str| {
                report.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
            };
            let lines = told.iter().map(|report| {
                format!(
                    "{} {} {} {}\n  {}",
                    text(report, "at"),
                    text(report, "reference"),
                    text(report, "organisation"),
                    text(report, "reason"),
                    text(report, "explanation")
                )
            });
            lines.collect::<Vec<_>>().join("\n")
        })
    }
}
