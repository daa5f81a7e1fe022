//! The schema on both databases: every statement prepares, and what the database refuses by itself
//! (SEED-17, SEED-43, SEED-76).

#![cfg(test)]

mod flips;
mod log;
mod pending;
mod raw;
mod search;

use anyhow::{Context, Result};
use loket_store::soundness;
use loket_testkit::house::{House, On};
use loket_testkit::on_both;
use raw::Raw;

/// The texts of every `sql!` in the sources of the crate.
fn statements() -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            found.extend(statements_in(&path)?);
        }
    }
    Ok(found)
}

/// The texts of every `sql!` of one file below `src`.
pub(crate) fn statements_of(file: &str) -> Result<Vec<String>> {
    statements_in(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file))
}

fn statements_in(path: &std::path::Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let source = std::fs::read_to_string(path)?;
    for piece in source.split("sql!(").skip(1) {
        let Some(text) = piece.trim_start().strip_prefix('"') else { continue };
        let end = text.find('"').with_context(|| format!("{} ends", path.display()))?;
        found.push(text[..end].to_owned());
    }
    Ok(found)
}

async fn every_statement_prepares(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let statements = statements()?;
    assert!(statements.len() > 100, "{} statements were found", statements.len());
    for statement in statements {
        raw.prepare(&statement).await.map_err(|e| anyhow::anyhow!("{statement}: {e}"))?;
    }
    Ok(())
}

async fn the_journal_cannot_be_changed(on: On) -> Result<()> {
    let house = House::new(on).await?;
    house.bare_organisation("Stad Mechelen", "0884303369", false).await?;
    let mut raw = Raw::to(&house.engine).await?;
    for (sql, reason) in [
        ("UPDATE journal SET kind = 'nothing'", "append-only"),
        ("DELETE FROM journal", "append-only"),
        (
            "INSERT INTO journal (sequence, id, at, kind, leaf, sealed)
             VALUES (7, HEX'00000000000000000000000000000009', 0, 'x', HEX'00', HEX'00')",
            "no gaps",
        ),
        ("UPDATE journal_head SET size = 0, edge = NULL", "only grows"),
    ] {
        let error = raw.run(sql).await.expect_err(sql);
        assert!(error.contains(reason), "{sql}: {error}");
    }
    Ok(())
}

const ROWS: &str = "
    INSERT INTO staff (id, number_token, name, event_id) SELECT HEX'11', HEX'11', HEX'11', id FROM journal LIMIT 1;
    INSERT INTO person (id, event_id) SELECT HEX'22', id FROM journal LIMIT 1;
    INSERT INTO registration (id, reference, state, organisation_id, officer_id, reason, opened_at, event_id)
      SELECT HEX'33', '2026-000001', 'opened', o.id, HEX'11', 'first_key', 0, o.event_id FROM organisation o;
";
const INVITE: &str = "
    INSERT INTO invitation (id, registration_id, state, link_digest, link_until, code_channel, tries_left, issued_at, event_id)
      SELECT HEX'44', HEX'33', 'open', HEX'44', 0, 'CHANNEL', 5, 0, event_id FROM organisation;
";

const CONSENT: &str = "
    INSERT INTO consent (registration_id, version, language, given_at, event_id) SELECT HEX'33', 'v', 'nl', 0, event_id FROM organisation;
";
const ADDRESS: &str = "
    INSERT INTO contact_point (id, registration_id, channel, destination, destination_token, state, code_digest, code_until, tries_left, entered_at, confirmed_at, event_id)
      SELECT HEX'55', HEX'33', 'email', HEX'01', HEX'01', 'confirmed', HEX'00', 0, 5, 0, 1, event_id FROM organisation;
";

/// SEED-56 and SEED-19, should every command forget them.
async fn an_address_and_an_invitation_need_consent(on: On) -> Result<()> {
    let house = House::new(on).await?;
    house.bare_organisation("Stad Mechelen", "0884303369", false).await?;
    let mut raw = Raw::to(&house.engine).await?;
    raw.run(ROWS).await.map_err(anyhow::Error::msg)?;
    let error = raw.run(ADDRESS).await.expect_err("nobody consented");
    assert!(error.contains("needs consent"), "{error}");
    raw.run(CONSENT).await.map_err(anyhow::Error::msg)?;
    raw.run(ADDRESS).await.map_err(anyhow::Error::msg)?;
    raw.run(
        "UPDATE registration SET state = 'contactable', person_id = HEX'22', procedure = 'p', procedure_version = 1, level = 'low',
           identified_by = HEX'11', identified_card = HEX'00', identified_at = 0, language = 'nl', email_id = HEX'55' WHERE id = HEX'33'",
    )
    .await
    .map_err(anyhow::Error::msg)?;
    let withdrawn = "UPDATE consent SET withdrawn_at = 1, withdrawn_by = 'person' WHERE registration_id = HEX'33'";
    raw.run(withdrawn).await.map_err(anyhow::Error::msg)?;
    let paper = INVITE.replace("CHANNEL", "paper");
    let error = raw.run(&paper).await.expect_err("the consent is withdrawn");
    assert!(error.contains("needs consent"), "{error}");
    let given = "UPDATE consent SET withdrawn_at = NULL, withdrawn_by = NULL WHERE registration_id = HEX'33'";
    raw.run(given).await.map_err(anyhow::Error::msg)?;
    raw.run(&paper).await.map_err(anyhow::Error::msg)?;
    // Under an open invitation nothing moves, and an address is never changed in place.
    let replaced = "UPDATE contact_point SET state = 'replaced' WHERE id = HEX'55'";
    let error = raw.run(replaced).await.expect_err("an open invitation rests on it");
    assert!(error.contains("rests on this contact point"), "{error}");
    let changed = "UPDATE contact_point SET destination = HEX'02' WHERE id = HEX'55'";
    let error = raw.run(changed).await.expect_err("another address in the same row");
    assert!(error.contains("never changed"), "{error}");
    raw.run("UPDATE invitation SET state = 'cancelled'").await.map_err(anyhow::Error::msg)?;
    raw.run(replaced).await.map_err(anyhow::Error::msg)
}

async fn the_database_refuses_a_code_without_an_identification(on: On) -> Result<()> {
    let house = House::new(on).await?;
    house.bare_organisation("Stad Mechelen", "0884303369", false).await?;
    let mut raw = Raw::to(&house.engine).await?;
    raw.run(ROWS).await.map_err(anyhow::Error::msg)?;
    raw.run(CONSENT).await.map_err(anyhow::Error::msg)?;
    let paper = INVITE.replace("CHANNEL", "paper");
    let error = raw.run(&paper).await.expect_err("nobody is identified");
    assert!(error.contains("identified and contactable"), "{error}");
    for impossible in [
        "UPDATE registration SET state = 'identified' WHERE id = HEX'33'",
        "UPDATE registration SET state = 'invited', invitation_id = HEX'44' WHERE id = HEX'33'",
        "UPDATE registration SET state = 'activated' WHERE id = HEX'33'",
        "UPDATE registration SET invitation_id = HEX'44' WHERE id = HEX'33'",
        "UPDATE registration SET state = 'refused' WHERE id = HEX'33'",
        "UPDATE registration SET state = 'blessed' WHERE id = HEX'33'",
    ] {
        let error = raw.run(impossible).await.expect_err(impossible);
        assert!(error.to_lowercase().contains("check"), "{impossible}: {error}");
    }
    // Identified, with an address that is entered and not confirmed: still no code.
    raw.run(
        "INSERT INTO contact_point (id, registration_id, channel, destination, destination_token, state, code_digest, code_until, tries_left, entered_at, event_id)
           SELECT HEX'55', HEX'33', 'email', HEX'00', HEX'00', 'entered', HEX'00', 0, 5, 0, event_id FROM organisation;
         UPDATE registration SET state = 'contactable', person_id = HEX'22', procedure = 'p', procedure_version = 1, level = 'low',
           identified_by = HEX'11', identified_card = HEX'00', identified_at = 0, language = 'nl', email_id = HEX'55' WHERE id = HEX'33'",
    )
    .await
    .map_err(anyhow::Error::msg)?;
    raw.run(&paper).await.expect_err("the address is not confirmed");
    raw.run("UPDATE contact_point SET state = 'confirmed', confirmed_at = 1 WHERE id = HEX'55'")
        .await
        .map_err(anyhow::Error::msg)?;
    let error = raw.run(&INVITE.replace("CHANNEL", "sms")).await.expect_err("there is no number");
    assert!(error.contains("confirmed number"), "{error}");
    raw.run(&paper).await.map_err(anyhow::Error::msg)
}

async fn a_row_without_its_event_is_not_committed(on: On) -> Result<()> {
    let house = House::new(on).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let error = raw
        .run("INSERT INTO person (id, event_id) VALUES (HEX'22', HEX'99')")
        .await
        .expect_err("there is no such event");
    assert!(error.to_lowercase().contains("foreign key"), "{error}");
    Ok(())
}

/// A registration and a message that no event tells of, each with an identifier that can be read.
const UNTOLD: &str = "
    INSERT INTO staff (id, number_token, name, event_id)
      SELECT HEX'11111111111111111111111111111111', HEX'11', HEX'11', id FROM journal LIMIT 1;
    INSERT INTO registration (id, reference, state, organisation_id, officer_id, reason, opened_at, event_id)
      SELECT HEX'33333333333333333333333333333333', '2026-000001', 'opened', o.id, HEX'11111111111111111111111111111111', 'first_key', 0, o.event_id FROM organisation o;
    INSERT INTO registration (id, reference, state, organisation_id, officer_id, reason, opened_at, event_id)
      SELECT HEX'34343434343434343434343434343434', '2026-000002', 'opened', o.id, HEX'11111111111111111111111111111111', 'a whim', 0, o.event_id FROM organisation o;
    INSERT INTO outbox (id, kind, channel, registration_id, state, created_at, not_after, next_attempt_at, leased_until, attempts, event_id)
      SELECT HEX'66666666666666666666666666666666', 'activation_code', 'sms', HEX'33333333333333333333333333333333', 'handed_over', 0, 0, 0, 0, 1, event_id FROM organisation;
";

async fn what_does_not_agree_is_found(on: On) -> Result<()> {
    let house = House::new(on).await?;
    house.bare_organisation("Stad Mechelen", "0884303369", false).await?;
    let mut reader = house.store.reader().await?;
    let report = soundness::look(&mut reader.view()).await?;
    assert_eq!((report.events, report.unsound), (1, Vec::new()));
    let mut raw = Raw::to(&house.engine).await?;
    raw.run(UNTOLD).await.map_err(anyhow::Error::msg)?;
    let report = soundness::look(&mut reader.view()).await?;
    let found: Vec<String> = report.unsound.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "registration 33333333-3333-3333-3333-333333333333: has no event registration_opened",
            "registration 34343434-3434-3434-3434-343434343434: no known state: reason does not fit",
            "outbox 66666666-6666-6666-6666-666666666666: no event tells why it was sent",
            "outbox 66666666-6666-6666-6666-666666666666: no event tells that it was handed over",
        ]
    );
    Ok(())
}

on_both! {
    every_statement_prepares
    the_journal_cannot_be_changed
    the_database_refuses_a_code_without_an_identification
    an_address_and_an_invitation_need_consent
    a_row_without_its_event_is_not_committed
    what_does_not_agree_is_found
}
