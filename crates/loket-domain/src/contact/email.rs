//! E-mail addresses by the rules of the mail world: lengths, internationalised domains, and what a
//! person at a counter may have meant. A hint is only ever told; what was typed is what is kept.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ContactFault;

/// Octets of a whole address (RFC 5321, by erratum 1690) and of the part before the `@`.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// Domains that most people at a Belgian counter have, and that a slip of the finger is close to.
const COMMON: [&str; 43] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.be",
    "hotmail.fr",
    "hotmail.nl",
    "outlook.com",
    "outlook.be",
    "outlook.fr",
    "live.be",
    "live.com",
    "live.fr",
    "live.nl",
    "msn.com",
    "yahoo.com",
    "yahoo.fr",
    "yahoo.de",
    "ymail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "skynet.be",
    "telenet.be",
    "proximus.be",
    "voo.be",
    "scarlet.be",
    "belgacom.be",
    "pandora.be",
    "edpnet.be",
    "brutele.be",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "orange.fr",
    "laposte.net",
    "wanadoo.fr",
    "protonmail.com",
    "proton.me",
    "mail.com",
    "email.com",
    "aol.com",
];

/// Domains of mailboxes that vanish by themselves, one a line in order; made by
/// `tools/disposable-domains` from a list that its keepers publish.
const DISPOSABLE: &str = include_str!("disposable.txt");

/// An e-mail address; does not print.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as typed, without surrounding white space.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or(("", ""))
    }

    /// The domain as the name system writes it, lower-cased: `xn--…` where it has other letters.
    fn ascii_domain(&self) -> String {
        let (_, domain) = self.parts();
        idna::domain_to_ascii_strict(domain).unwrap_or_else(|_| domain.to_lowercase())
    }

    /// The address as a relay without internationalised mail takes it.
    pub fn for_relay(&self) -> String {
        format!("{}@{}", self.parts().0, self.ascii_domain())
    }

    /// Lower-cased key by which equal addresses are found again, however their domain is written.
    pub fn folded(&self) -> String {
        self.for_relay().to_lowercase()
    }

    /// First character and domain, `a…@example.be`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.parts();
        let first: String = local.chars().take(1).collect();
        format!("{first}…@{domain}")
    }

    /// The address that the person may have meant, when the domain is one slip away from a common
    /// one (`gmial.com`); `None` for a common domain and for one that is like none of them.
    pub fn meant(&self) -> Option<String> {
        let (local, _) = self.parts();
        let domain = self.ascii_domain();
        if COMMON.contains(&domain.as_str()) {
            return None;
        }
        let close = |common: &&&str| is_slip(&domain, common);
        COMMON.iter().find(close).map(|common| format!("{local}@{common}"))
    }

    /// Whether the domain, or one above it, hands out mailboxes that vanish by themselves.
    pub fn is_disposable(&self) -> bool {
        let domain = self.ascii_domain();
        let mut rest = Some(domain.as_str());
        while let Some(name) = rest {
            if is_listed(name) {
                return true;
            }
            rest = name.split_once('.').map(|(_, above)| above);
        }
        false
    }
}

fn is_listed(name: &str) -> bool {
    static LIST: std::sync::LazyLock<Vec<&str>> =
        std::sync::LazyLock::new(|| DISPOSABLE.lines().collect());
    LIST.binary_search(&name).is_ok()
}

/// Whether one slip makes `typed` of `common`: a letter too many, too few, another one, or two
/// swapped. In short names only a swap or a wrong ending counts: `mac.com` and `msn.com` are two
/// letters apart, and so is half of the world from `me.com`.
fn is_slip(typed: &str, common: &str) -> bool {
    let (typed_name, typed_end) = typed.rsplit_once('.').unwrap_or((typed, ""));
    let (name, end) = common.rsplit_once('.').unwrap_or((common, ""));
    if typed_name == name {
        // `gmail.co` and `skynet.bee`, but not `hotmail.de`, which exists.
        return typed_end != end && is_one_slip(typed_end, end) && !ENDINGS.contains(&typed_end);
    }
    if typed_end != end {
        return false;
    }
    if name.len() < 5 { is_swap(typed_name, name) } else { is_one_slip(typed_name, name) }
}

/// Endings that exist and that people here have; a domain with one of them is no slip of another.
const ENDINGS: [&str; 14] =
    ["com", "net", "org", "eu", "be", "fr", "nl", "de", "lu", "uk", "es", "it", "ch", "ca"];

fn is_swap(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let apart = one.iter().zip(&other).position(|(left, right)| left != right);
    let Some(at) = apart.filter(|_| one.len() == other.len()) else { return false };
    let mut swapped = one;
    if at + 1 < swapped.len() {
        swapped.swap(at, at + 1);
    }
    swapped == other
}

/// A swap of two neighbours, or one letter added, left out or replaced.
fn is_one_slip(one: &str, other: &str) -> bool {
    if is_swap(one, other) {
        return true;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(left, right)| left == right).count();
    let (left, right) = (one.get(same..).unwrap_or(&[]), other.get(same..).unwrap_or(&[]));
    let (after_left, after_right) = (left.get(1..), right.get(1..));
    match left.len().cmp(&right.len()) {
        std::cmp::Ordering::Equal => after_left.is_some() && after_left == after_right,
        std::cmp::Ordering::Greater => after_left == Some(right),
        std::cmp::Ordering::Less => Some(left) == after_right,
    }
}

impl FromStr for EmailAddress {
    type Err = ContactFault;
    fn from_str(text: &str) -> Result<Self, ContactFault> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}');
        let (local, domain) = text.rsplit_once('@').ok_or(ContactFault::EmailForm)?;
        if text.len() > 4 * LONGEST {
            return Err(ContactFault::EmailLength);
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) || local.contains(['"', '@']) {
            return Err(ContactFault::EmailForm);
        }
        if !local.is_ascii() {
            return Err(ContactFault::EmailLocalPart);
        }
        // Refuses what no name system has: a hyphen at an end, an empty or too long label, letters
        // that no language has (UTS 46 with the rules of STD 3).
        let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| ContactFault::EmailForm)?;
        let whole = format!("{local}@{ascii}");
        if local.len() > LONGEST_LOCAL || whole.len() > LONGEST {
            return Err(ContactFault::EmailLength);
        }
        let ending = ascii.rsplit('.').next().unwrap_or_default();
        if ending.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ContactFault::EmailForm);
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        email_address::EmailAddress::parse_with_options(&whole, options)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| ContactFault::EmailForm)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = ContactFault;
    fn try_from(text: String) -> Result<Self, ContactFault> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(***)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> EmailAddress {
        text.parse().unwrap_or_else(|fault| panic!("{text}: {fault}"))
    }

    #[test]
    fn addresses_are_checked_and_masked() {
        let address = read(" An.Peeters@Example.be ");
        assert_eq!(address.masked(), "A…@Example.be");
        assert_eq!(address.folded(), "an.peeters@example.be");
        for bad in [
            "",
            "a",
            "a@",
            "@b.be",
            "a@b",
            "a b@c.be",
            "a@b.be\nBcc: x@y.be",
            "a@@b.be",
            "\"a b\"@c.be",
            ".a@b.be",
            "a..b@c.be",
            "a.@b.be",
            "a@-b.be",
            "a@b-.be",
            "a@b..be",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "Naam <a@b.be>",
            "a@b_c.be",
            "a@b.be.",
            "a@b be",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
        for good in [
            "o'neill+loket@example.be",
            "a@b.be",
            "x_y-z%1@sub.example.museum",
            "a@xn--bcher-kva.example",
        ] {
            read(good);
        }
    }

    #[test]
    fn internationalised_domains_are_kept_as_typed_and_found_either_way() {
        let typed = read("an@Bücher.example");
        assert_eq!(typed.as_str(), "an@Bücher.example");
        assert_eq!(typed.for_relay(), "an@xn--bcher-kva.example");
        assert_eq!(typed.folded(), read("AN@xn--bcher-kva.example").folded());
        assert_eq!("josé@example.be".parse::<EmailAddress>(), Err(ContactFault::EmailLocalPart));
    }

    #[test]
    fn lengths_are_those_of_the_standard() {
        let local = |n: usize| format!("{}@example.be", "a".repeat(n));
        read(&local(64));
        assert_eq!(local(65).parse::<EmailAddress>(), Err(ContactFault::EmailLength));
        let label = "b".repeat(62);
        let whole = |n: usize| format!("{}@{label}.{label}.{label}.be", "a".repeat(n));
        let rest = whole(0).len();
        read(&whole(254 - rest));
        assert!(254 - rest < 64, "the whole is what is too long below");
        let long = format!("{}@{label}.{label}.{label}.example.be", "a".repeat(60));
        assert_eq!(long.parse::<EmailAddress>(), Err(ContactFault::EmailLength));
        let wide = format!("a@{}.be", "b".repeat(64));
        assert_eq!(wide.parse::<EmailAddress>(), Err(ContactFault::EmailForm));
    }

    #[test]
    fn a_slip_of_the_finger_gets_a_hint() {
        for (typed, meant) in [
            ("an@gmial.com", "an@gmail.com"),
            ("an@gmai.com", "an@gmail.com"),
            ("an@gmaill.com", "an@gmail.com"),
            ("an@gnail.com", "an@gmail.com"),
            ("an@gmail.con", "an@gmail.com"),
            ("an@gmail.co", "an@gmail.com"),
            ("an@gmail.cm", "an@gmail.com"),
            ("an@hotmial.com", "an@hotmail.com"),
            ("an@hotmal.be", "an@hotmail.be"),
            ("an@skynet.bee", "an@skynet.be"),
            ("an@telnet.be", "an@telenet.be"),
            ("an@outlok.com", "an@outlook.com"),
            ("an@proximsu.be", "an@proximus.be"),
            ("an@ilcoud.com", "an@icloud.com"),
        ] {
            assert_eq!(read(typed).meant().as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn addresses_that_are_right_get_none() {
        for typed in [
            "an@gmail.com",
            "an@GMAIL.com",
            "an@hotmail.be",
            "an@hotmail.de",
            "an@mail.com",
            "an@ma.com",
            "an@example.be",
            "an@mechelen.be",
            "an@kuleuven.be",
            "an@gov.be",
            "an@mc.com",
            "an@live.it",
            "an@outlook.es",
            "an@yahoo.co.uk",
            "an@gmx.be",
            "an@web.com",
            "an@le.be",
        ] {
            assert_eq!(read(typed).meant(), None, "{typed}");
        }
    }

    #[test]
    fn mailboxes_that_vanish_are_told_and_usual_ones_are_not() {
        for typed in ["an@mailinator.com", "an@x.mailinator.com", "an@YopMail.com"] {
            assert!(read(typed).is_disposable(), "{typed}");
        }
        for typed in COMMON.map(|domain| format!("an@{domain}")) {
            assert!(!read(&typed).is_disposable(), "{typed}");
        }
        assert!(!read("an@privaterelay.appleid.com").is_disposable());
    }

    #[test]
    fn the_list_is_in_order() {
        let names: Vec<&str> = DISPOSABLE.lines().collect();
        assert!(names.len() > 5000 && names.is_sorted());
    }

    proptest! {
        /// What was typed never changes, and every form of it is found by the same key.
        #[test]
        fn what_was_typed_is_kept(local in "[a-zA-Z0-9]{1,20}", name in "[a-z]{2,20}") {
            let typed = format!("{local}@{name}.be");
            let address = read(&typed);
            prop_assert_eq!(address.as_str(), typed.as_str());
            let _ = address.meant();
            prop_assert_eq!(address.as_str(), typed.as_str());
            prop_assert_eq!(read(&typed.to_uppercase()).folded(), address.folded());
        }
        #[test]
        fn never_panics(typed in "\\PC{0,80}") {
            if let Ok(address) = typed.parse::<EmailAddress>() {
                let _ = (address.meant(), address.is_disposable(), address.folded(), address.masked());
                prop_assert_eq!(EmailAddress::try_from(address.as_str().to_owned()), Ok(address));
            }
        }
    }
}
