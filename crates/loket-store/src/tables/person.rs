//! Persons and the encrypted conversion table from number to our own identifier (LAW-02).

use loket_domain::id::PersonId;
use loket_domain::ssin::Ssin;

use super::View;
use crate::error::StoreError;
use crate::personal::Personal;
use crate::statement::{args, number_token, sql};
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
pub async fn find_or_insert(tx: &mut Tx<'_>, ssin: &Ssin) -> Result<PersonId, StoreError> {
    match by_number(&mut tx.view(), ssin).await? {
        Some(known) => Ok(known),
        None => insert(tx, ssin).await,
    }
}

async fn insert(tx: &mut Tx<'_>, ssin: &Ssin) -> Result<PersonId, StoreError> {
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
    let mut known = by_number(&mut tx.view(), ssin).await?;
    if known.is_none() {
        for before in earlier {
            known = by_number(&mut tx.view(), before).await?;
            if let Some(known) = known {
                add_number(tx, known, ssin).await?;
                break;
            }
        }
    }
    let id = match known {
        Some(known) => known,
        None => insert(tx, ssin).await?,
    };
    for before in earlier {
        // A number that is known as somebody else's is the register's to sort out, not ours.
        if by_number(&mut tx.view(), before).await?.is_none() {
            add_number(tx, id, before).await?;
        }
    }
    Ok(id)
}

/// The number under which a person is known now.
pub async fn number(
    view: &mut View<'_>,
    person: PersonId,
) -> Result<Option<Personal<Ssin>>, StoreError> {
    let row = view
        .optional(
            sql!(
                "SELECT number FROM person_number WHERE person_id = $1 ORDER BY since DESC LIMIT 1"
            ),
            args![person],
        )
        .await?;
    row.map(|row| Ok(Personal::new(view.vault.open_value(SEAL, &row.bytes("number")?)?)))
        .transpose()
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
