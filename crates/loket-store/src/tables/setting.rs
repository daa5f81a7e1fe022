//! What the configuration of each server said when it started last, as keyed digests: enough to see which
//! setting changed, and nothing of what it was.

use std::collections::BTreeMap;

use super::View;
use crate::error::StoreError;
use crate::statement::{args, sql};
use crate::tx::Tx;

/// The settings of a server, by name, with their digests.
type Digests = BTreeMap<String, [u8; 32]>;

async fn kept(view: &mut View<'_>, node: &str) -> Result<Digests, StoreError> {
    let rows =
        view.all(sql!("SELECT name, digest FROM setting WHERE node = $1"), args![node]).await?;
    rows.iter().map(|row| Ok((row.text("name")?, row.digest("digest")?))).collect()
}

/// Keeps the settings with which this server starts, by name and as text. Tells the names of those that are
/// new, gone or different since it started last, in order.
pub async fn replace(
    tx: &mut Tx<'_>,
    settings: &BTreeMap<String, String>,
) -> Result<Vec<String>, StoreError> {
    let node = tx.node().to_owned();
    let before = kept(&mut tx.view(), &node).await?;
    let digest = |name: &str, value: &str| {
        let named = [name.as_bytes(), &[0], value.as_bytes()].concat();
        tx.vault().token("setting", &named)
    };
    let now: Digests =
        settings.iter().map(|(name, value)| (name.clone(), digest(name, value))).collect();
    let event = tx.event();
    let mut changed = Vec::new();
    for (name, digest) in &now {
        if before.get(name) == Some(digest) {
            continue;
        }
        tx.change(
            1,
            sql!(
                "INSERT INTO setting (node, name, digest, event_id) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (node, name) DO UPDATE SET digest = excluded.digest, event_id = excluded.event_id"
            ),
            args![node.as_str(), name.as_str(), *digest, event],
        )
        .await?;
        changed.push(name.clone());
    }
    for name in before.keys().filter(|name| !now.contains_key(*name)) {
        let gone = sql!("DELETE FROM setting WHERE node = $1 AND name = $2");
        tx.change(1, gone, args![node.as_str(), name.as_str()]).await?;
        changed.push(name.clone());
    }
    changed.sort();
    Ok(changed)
}
