//! That nothing is left out: every leaf of the range, authenticated, held to the query.

use super::file::{Fitting, Query, hex};
use super::{Complete, EvidenceFault, Files, ProvedEvent};
use crate::checkpoint::Checkpoint;
use crate::leaf::Leaf;
use crate::tile::{AuthenticTiles, TILE_WIDTH, TileAddress, TileSource};

struct InBundle<'f>(&'f Files);

impl TileSource for InBundle<'_> {
    type Error = ();
    fn read(&self, address: TileAddress) -> Result<Vec<u8>, ()> {
        self.0.get(&address.to_string()).cloned().ok_or(())
    }
}

/// Counts over the entry bundles of the range. The tiles in the bundle of evidence authenticate
/// them against the checkpoint.
pub(super) fn check(
    files: &Files,
    head: &Checkpoint,
    query: &Query,
    fitting: &Fitting,
    events: &[ProvedEvent],
    faults: &mut Vec<EvidenceFault>,
) -> Option<Complete> {
    let range = query.complete_within?;
    if range.from > range.to || range.to > head.size {
        faults.push(EvidenceFault::Range);
        return None;
    }
    let source = InBundle(files);
    let mut tiles = match AuthenticTiles::open(&source, head.size, &head.root) {
        Ok(tiles) => tiles,
        Err(fault) => {
            faults.push(EvidenceFault::Tile(fault.to_string()));
            return None;
        }
    };
    let before = faults.len();
    let mut counts = vec![0_u64; fitting.tokens.len()];
    let mut complete =
        Complete { from: range.from, to: range.to, first: None, last: None, fitting: 0 };
    for bundle in range.from / TILE_WIDTH..range.to.div_ceil(TILE_WIDTH) {
        let entries = match tiles.entries(bundle) {
            Ok(entries) => entries,
            Err(fault) => {
                faults.push(EvidenceFault::Tile(fault.to_string()));
                return None;
            }
        };
        for (index, entry) in (bundle * TILE_WIDTH..).zip(entries) {
            if !(range.from..range.to).contains(&index) {
                continue;
            }
            match Leaf::decode(&entry) {
                Ok(leaf) => {
                    complete.first.get_or_insert(leaf.head().time);
                    complete.last = Some(leaf.head().time);
                    for ((token, _), count) in fitting.tokens.iter().zip(&mut counts) {
                        *count += u64::from(leaf.tokens().contains(token));
                    }
                    if fitting.fits(&leaf) {
                        complete.fitting += 1;
                        if !events.iter().any(|event| event.index == index) {
                            faults.push(EvidenceFault::LeftOut(index));
                        }
                    }
                }
                Err(fault) => faults.push(EvidenceFault::Leaf(format!("entry {index}"), fault)),
            }
        }
    }
    for ((token, stated), counted) in fitting.tokens.iter().zip(counts) {
        if *stated != counted {
            let token = hex(&token.bytes);
            faults.push(EvidenceFault::Count { token, counted, stated: *stated });
        }
    }
    (faults.len() == before).then_some(complete)
}
