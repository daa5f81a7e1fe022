//! Where a tile stands: `tile/<L>/<N>[.p/<W>]`, and `tile/entries/<N>[.p/<W>]`.

use std::fmt;
use std::str::FromStr;

use super::{HEIGHT, MAX_LEVEL, TILE_WIDTH, span};

/// Not the address of a tile or bundle in the one form that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a tile")]
pub struct TileAddressFault;

/// Hashes of a level of the tree, or entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes, each over 256 to the power of the level leaves. At most [`MAX_LEVEL`].
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

impl TileKind {
    const fn level(self) -> u8 {
        match self {
            Self::Hashes(level) => level,
            Self::Entries => 0,
        }
    }
}

/// A tile or an entry bundle: which, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAddress {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TileAddress {
    /// The tile of this kind and index in a tree of this size, if that tree has it.
    pub fn of(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        if kind.level() > MAX_LEVEL {
            return None;
        }
        let before = index.checked_mul(TILE_WIDTH)?;
        let hashes = (size / span(kind.level())).checked_sub(before)?.min(TILE_WIDTH);
        match u16::try_from(hashes) {
            Ok(0) | Err(_) => None,
            Ok(width) => Some(Self { kind, index, width }),
        }
    }

    /// Every tile and bundle that a tree of `size` leaves has and that of its first `since` leaves
    /// had not, full or as wide as it is: what is to be published after growing. Bundles first,
    /// then tiles from the lowest level.
    pub fn grown(since: u64, size: u64) -> impl Iterator<Item = Self> {
        let levels = (0..=MAX_LEVEL).map(TileKind::Hashes);
        std::iter::once(TileKind::Entries).chain(levels).flat_map(move |kind| {
            let (old, new) = (since / span(kind.level()), size / span(kind.level()));
            let range = if old < new { old / TILE_WIDTH..new.div_ceil(TILE_WIDTH) } else { 0..0 };
            range.filter_map(move |index| Self::of(kind, index, size))
        })
    }

    /// Hashes of which level, or entries.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }
    /// Index within its level.
    pub const fn index(&self) -> u64 {
        self.index
    }
    /// Number of hashes or entries, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }
    /// Whether it will not change any more.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }
    /// Index of the first leaf after those that the full tile spans. A log may prune the tiles of
    /// level 0 and the bundles whose end is not beyond its minimum index.
    pub fn end(&self) -> Option<u64> {
        let tiles = self.index.checked_add(1)?;
        tiles.checked_mul(1_u64.checked_shl(HEIGHT * (u32::from(self.kind.level()) + 1))?)
    }
}

impl fmt::Display for TileAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (above, group) in groups.iter().enumerate().rev() {
            if above > 0 {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for TileAddress {
    type Err = TileAddressFault;
    fn from_str(text: &str) -> Result<Self, TileAddressFault> {
        let rest = text.strip_prefix("tile/").ok_or(TileAddressFault)?;
        let (kind, rest) = rest.split_once('/').ok_or(TileAddressFault)?;
        let kind = match kind {
            "entries" => TileKind::Entries,
            level => TileKind::Hashes(level.parse().map_err(|_| TileAddressFault)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().map_err(|_| TileAddressFault)?),
            None => (rest, 256),
        };
        let mut number = 0_u64;
        for group in index.split('/') {
            let digits = group.trim_start_matches('x');
            let group: u64 = digits.parse().map_err(|_| TileAddressFault)?;
            number = number
                .checked_mul(1000)
                .and_then(|number| number.checked_add(group))
                .ok_or(TileAddressFault)?;
        }
        let read = Self { kind, index: number, width };
        let known = kind.level() <= MAX_LEVEL && (1..=256).contains(&width);
        // The one form is the one that is printed: no sign, no other zeros, no other x.
        if known && read.to_string() == text { Ok(read) } else { Err(TileAddressFault) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: TileKind, index: u64, size: u64) -> Option<String> {
        TileAddress::of(kind, index, size).map(|address| address.to_string())
    }

    #[test]
    fn addresses_are_written_as_the_specification_says() {
        let level = TileKind::Hashes;
        assert_eq!(of(level(0), 1_234_067, 1 << 40).unwrap(), "tile/0/x001/x234/067");
        assert_eq!(of(TileKind::Entries, 5, 1 << 40).unwrap(), "tile/entries/005");
        assert_eq!(of(TileKind::Entries, 1000, 256_112).unwrap(), "tile/entries/x001/000.p/112");
        assert_eq!(of(level(1), 0, 255), None);
        assert_eq!(of(level(0), 1, 256), None);
        assert_eq!(of(level(8), 0, u64::MAX), None);
        assert_eq!(of(level(7), 0, u64::MAX).unwrap(), "tile/7/000.p/255");
    }

    #[test]
    fn a_tree_of_70_000_has_the_tiles_of_the_specification() {
        let all: Vec<TileAddress> = TileAddress::grown(0, 70_000).collect();
        let of_level = |level| all.iter().filter(move |a| a.kind() == TileKind::Hashes(level));
        assert_eq!(of_level(0).filter(|a| a.is_full()).count(), 273);
        assert_eq!(of_level(0).next_back().unwrap().to_string(), "tile/0/273.p/112");
        let upper: Vec<String> = of_level(1).chain(of_level(2)).map(ToString::to_string).collect();
        assert_eq!(upper, ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
        let small: Vec<String> = TileAddress::grown(0, 256).map(|a| a.to_string()).collect();
        assert_eq!(small, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(TileAddress::grown(0, 0).count(), 0);
    }

    #[test]
    fn what_has_not_changed_is_not_published_again() {
        let grown = |since, size| {
            TileAddress::grown(since, size).map(|a| a.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(grown(256, 257), ["tile/entries/001.p/1", "tile/0/001.p/1"]);
        assert_eq!(grown(511, 512), ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"]);
        assert_eq!(grown(512, 512), Vec::<String>::new());
    }

    #[test]
    fn only_the_one_form_is_read() {
        for text in [
            "tile/0/000",
            "tile/7/x001/x234/067.p/255",
            "tile/entries/x999/999.p/1",
            "tile/0/x018/x446/x744/x073/x709/x551/615",
        ] {
            assert_eq!(text.parse::<TileAddress>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "tile/0/0",
            "tile/00/000",
            "tile/8/000",
            "tile/64/000",
            "tile/+1/000",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/xx01/002",
            "tile/0/x001",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/1/",
            "tile/0/000/",
            "tile/0/../000",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/entries/000.p/",
            "/tile/0/000",
        ] {
            assert_eq!(text.parse::<TileAddress>(), Err(TileAddressFault), "{text}");
        }
    }

    #[test]
    fn ends_are_those_of_the_full_tile() {
        let end = |text: &str| text.parse::<TileAddress>().unwrap().end();
        assert_eq!(end("tile/0/001.p/3"), Some(512));
        assert_eq!(end("tile/entries/002"), Some(768));
        assert_eq!(end("tile/1/000"), Some(65_536));
        assert_eq!(end("tile/7/000.p/1"), None, "beyond 2^64");
    }
}
