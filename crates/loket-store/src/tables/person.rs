//! Persons and the encrypted conversion table from number to our own identifier (LAW-02).

use loket_domain::id::PersonId;
use loket_domain::ssin::Ssin;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{Row, args, number_token, sql};
use crate::tx::Tx;

const SEAL: &str = "number";

/// The person with this number, if known.
pub async fn by_number(view: &mut View<'_>, ssin: &Ssin) -> Result<Option<PersonId>, StoreError> {
    let token = number_token(view.vault, ssin);
    let row = view
        .optional(sql!("SELECT person_id FROM person_number WHERE number_token = $1"), args![token])
        .await?;
    row.map(|row| row.id("person_id")).transpose()
}

/// The person with this number: the one known (SEED-07: a repeat registration finds the same), or
/// a new one.
async fn find_or_insert(tx: &mut Tx<'_>, ssin: &Ssin) -> Result<PersonId, StoreError> {
    match by_number(&mut tx.view(), ssin).await? {
        Some(known) => Ok(known),
        None => insert(tx, ssin).await,
    }
}

/// A new person with a number that nobody has.
pub async fn insert(tx: &mut Tx<'_>, ssin: &Ssin) -> Result<PersonId, StoreError> {
    let id: PersonId = tx.new_id()?;
    let event = tx.event();
    tx.change(1, sql!("INSERT INTO person (id, event_id) VALUES ($1, $2)"), args![id, event])
        .await?;
    add_number(tx, id, ssin).await?;
    Ok(id)
}

/// The person with this number after what replaced what: the one known by any of the numbers, or a
/// new one. All of the numbers lead to the person from now on.
pub async fn find_or_insert_with_history(
    tx: &mut Tx<'_>,
    ssin: &Ssin,
    earlier: &[Ssin],
) -> Result<PersonId, StoreError> {
    if earlier.is_empty() {
        return find_or_insert(tx, ssin).await;
    }
    let numbers: Vec<&Ssin> = [ssin].into_iter().chain(earlier).collect();
    let mut known = None;
    for number in &numbers {
        let Some(id) = by_number(&mut tx.view(), number).await? else { continue };
        if known.is_none() && was_found(&mut tx.view(), id).await? {
            known = Some(id);
        }
    }
    let id = match known {
        Some(id) => id,
        None => find_or_insert(tx, ssin).await?,
    };
    for number in numbers {
        match by_number(&mut tx.view(), number).await? {
            None => add_number(tx, id, number).await?,
            // Only asked about so far: whose number it is follows from what replaced what.
            Some(other) if other != id && !was_found(&mut tx.view(), other).await? => {
                move_number(tx, number, id).await?;
            }
            // A number that is known as somebody else's is the register's to sort out, not ours.
            Some(_) => {}
        }
    }
    Ok(id)
}

/// Whether a register has ever said who this is; a number that was only asked about is no person yet.
async fn was_found(view: &mut View<'_>, id: PersonId) -> Result<bool, StoreError> {
    let row = view
        .optional(sql!("SELECT 1 AS one FROM registration WHERE person_id = $1 LIMIT 1"), args![id])
        .await?;
    Ok(row.is_some())
}

async fn move_number(tx: &mut Tx<'_>, ssin: &Ssin, to: PersonId) -> Result<(), StoreError> {
    let token = number_token(tx.vault(), ssin);
    let event = tx.event();
    tx.change(
        1,
        sql!("UPDATE person_number SET person_id = $1, event_id = $2 WHERE number_token = $3"),
        args![to, event, token],
    )
    .await
}

/// The number under which a person is known now.
pub async fn number(
    view: &mut View<'_>,
    person: PersonId,
) -> Result<Option<Personal<Ssin>>, StoreError> {
    Ok(numbers(view, person).await?.pop())
}

/// Every number under which a person is known, in the order in which the house learned them.
pub async fn numbers(
    view: &mut View<'_>,
    person: PersonId,
) -> Result<Vec<Personal<Ssin>>, StoreError> {
    let rows = view
        .all(
            sql!(
                "SELECT number FROM person_number WHERE person_id = $1 ORDER BY since, number_token"
            ),
            args![person],
        )
        .await?;
    let open = |row: &Row| Ok(Personal::new(view.vault.open_value(SEAL, &row.bytes("number")?)?));
    rows.iter().map(open).collect()
}

/// Adds a number to a person's history, such as the one that replaced another.
pub async fn add_number(tx: &mut Tx<'_>, person: PersonId, ssin: &Ssin) -> Result<(), StoreError> {
    let sealed = tx.seal(SEAL, ssin)?;
    let token = number_token(tx.vault(), ssin);
    let (now, event) = (tx.now(), tx.event());
    tx.change(
        1,
        sql!("INSERT INTO person_number (number_token, person_id, number, since, event_id) VALUES ($1, $2, $3, $4, $5)"),
        args![token, person, sealed, now, event],
    )
    .await
}
