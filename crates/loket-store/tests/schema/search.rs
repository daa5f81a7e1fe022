//! Each way of asking the journal goes by its index, reads no row that it does not give back but for the
//! kind, and sorts nothing: what makes the first rows among millions come as fast as among hundreds.

use anyhow::{Context, Result};
use loket_testkit::house::{House, On};

use crate::raw::Raw;
use crate::statements_of;

/// The statement of a source file with this condition.
fn with(statements: &[String], condition: &str) -> Result<String> {
    let mut found = statements.iter().filter(|statement| statement.contains(condition));
    let one = found.next().with_context(|| format!("no statement has {condition}"))?;
    anyhow::ensure!(found.next().is_none(), "{condition} stands in several statements");
    Ok(one.clone())
}

#[tokio::test]
async fn every_way_of_asking_goes_by_its_index() -> Result<()> {
    let house = House::new(On::Sqlite).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let search = statements_of("log/search.rs")?;
    let evidence = statements_of("log/evidence.rs")?;
    let session = statements_of("tables/session.rs")?;
    for (statements, condition, index) in [
        (&search, "person_token = $1", "journal_by_person (person_token=? AND at>? AND at<?)"),
        (&search, "officer_token = $1", "journal_by_officer (officer_token=? AND at>? AND at<?)"),
        (
            &search,
            "organisation_token = $1",
            "journal_by_organisation (organisation_token=? AND at>? AND at<?)",
        ),
        (
            &search,
            "registration_token = $1",
            "journal_by_registration (registration_token=? AND at>? AND at<?)",
        ),
        (&search, "WHERE kind = $1", "journal_by_kind (kind=? AND at>? AND at<?)"),
        (&search, "WHERE at >= $1", "journal_by_time (at>? AND at<?)"),
        (&evidence, "MIN(sequence)", "journal_by_time (at>? AND at<?)"),
        (&evidence, "ORDER BY at, sequence LIMIT 1", "journal_by_time (at>?)"),
        (&session, "started_at > $1", "session_by_start (started_at>? AND started_at<?)"),
    ] {
        let plan = raw.plan(&with(statements, condition)?).await?;
        let wanted = ["INDEX ", index].concat();
        assert!(plan.len() == 1 && plan[0].contains(&wanted), "{condition}: {plan:?}");
    }
    // The check is no yes-sayer.
    let by_leaf = raw.plan("SELECT id FROM journal WHERE leaf = $1 ORDER BY at").await?;
    assert!(by_leaf.iter().any(|step| step.contains("SCAN")), "{by_leaf:?}");
    Ok(())
}

#[tokio::test]
async fn on_postgresql_too() -> Result<()> {
    let house = House::new(On::Postgres).await?;
    let mut raw = Raw::to(&house.engine).await?;
    let search = statements_of("log/search.rs")?;
    let session = statements_of("tables/session.rs")?;
    for (statements, condition, index, bounds) in [
        (&search, "WHERE at >= $1", "journal_by_time", 3),
        (&search, "person_token = $1", "journal_by_person", 4),
        (&search, "officer_token = $1", "journal_by_officer", 4),
        (&search, "organisation_token = $1", "journal_by_organisation", 4),
        (&search, "registration_token = $1", "journal_by_registration", 4),
        (&search, "WHERE kind = $1", "journal_by_kind", 4),
        (&session, "started_at > $1", "session_by_start", 3),
    ] {
        let plan = raw.plan(&with(statements, condition)?).await?;
        let wanted = format!("Index Scan using {index} on ");
        assert!(plan.iter().any(|step| step.contains(&wanted)), "{condition}: {plan:?}");
        // All that bounds the answer is looked for in the index: the token or kind, the period, the place.
        let found =
            plan.iter().find(|step| step.contains("Index Cond: ")).context("a condition")?;
        assert_eq!(1 + found.matches(" AND ").count(), bounds, "{condition}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("Sort")), "{condition}: {plan:?}");
        if index == "journal_by_time" {
            // Among a handful of rows it would do for every question.
            raw.run("DROP INDEX journal_by_time").await.map_err(anyhow::Error::msg)?;
        }
    }
    let by_leaf = raw.plan("SELECT id FROM journal WHERE leaf = $1 ORDER BY at").await?;
    assert!(!by_leaf.iter().any(|step| step.contains("Index Cond")), "{by_leaf:?}");
    Ok(())
}
