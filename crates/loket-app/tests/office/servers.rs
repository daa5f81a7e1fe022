//! What the trail tells of a server that starts.

use std::collections::BTreeMap;

use anyhow::Result;
use loket_app::asking::Named;
use loket_app::commands::record_server::{Configured, RecordServer};
use loket_domain::audit::Event;
use loket_domain::caller::{Caller, Door};
use loket_store::Call;
use loket_testkit::house::House;

use crate::auditing;
use crate::on_both;

async fn start(house: &House, settings: &[(&str, &str)]) -> Result<()> {
    started(house, &format!("of {}", settings.len()), settings).await
}

async fn started(house: &House, sha256: &str, settings: &[(&str, &str)]) -> Result<()> {
    let settings: BTreeMap<_, _> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let configured = Some(Configured { sha256: sha256.to_owned(), settings });
    let request = house.office.new_request()?;
    let call = Call { caller: Caller::Job("server"), door: Door::Job, request, address: None };
    let version = "1.0.0".to_owned();
    Ok(house.office.run(call, RecordServer::Started { version, configured }).await?)
}

on_both! {
    async fn a_start_with_other_settings_names_them_and_not_what_they_were(house) {
        start(&house, &[("origin", "\"https://a.be\""), ("limits.session_hours", "12")]).await?;
        start(&house, &[("origin", "\"https://a.be\""), ("limits.session_hours", "12")]).await?;
        start(&house, &[("limits.session_hours", "8"), ("smtp.host", "\"relay\""), ("node", "\"b\"")]).await?;
        start(&house, &[("limits.session_hours", "12"), ("smtp.host", "\"relay\""), ("node", "\"b\"")]).await?;
        // Another comment: the same settings in another file.
        started(&house, "another file", &[("limits.session_hours", "12"), ("smtp.host", "\"relay\""), ("node", "\"b\"")]).await?;
        let auditor = auditing::auditor(&house).await?;
        let (_, events) = auditing::ask(&house, auditor, auditing::about(Named::Everything)).await?;
        let changes: Vec<_> = events.iter().filter_map(|entry| match &entry.event {
            Event::ConfigurationChanged { settings, sha256 } => {
                Some((settings.join(" "), sha256.as_str()))
            }
            _ => None,
        }).collect();
        assert_eq!(
            changes.iter().map(|(names, sha256)| (names.as_str(), *sha256)).collect::<Vec<_>>(),
            [
                ("limits.session_hours origin", "of 2"),
                ("limits.session_hours node origin smtp.host", "of 3"),
                ("limits.session_hours", "of 3"),
                ("", "another file"),
            ]
        );
        let starts = events.iter().filter(|entry| entry.event.kind() == "server_started");
        assert_eq!(starts.count(), 5);
    }
}
