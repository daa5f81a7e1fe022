//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of thirty seconds, one step
//! of skew either way: the values that every authenticator app knows.

use loket_domain::Timestamp;
use loket_domain::key::TotpSeed;
use loket_domain::port::KeyFault;
use loket_domain::secret::Secret;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use totp_rs::{Builder, Totp};

/// Seconds of a step.
const STEP: u64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;

/// Most characters of an account name in the address, so that the QR code stays readable.
const LONGEST_ACCOUNT: usize = 64;

fn generator(seed: &TotpSeed) -> Option<Totp> {
    Builder::new().with_secret(*seed.expose()).build().ok()
}

/// The step whose code matches, later than `after`. All three steps are computed and compared
/// whatever matches, so that the time taken says nothing.
pub(crate) fn step(seed: &TotpSeed, code: &str, now: Timestamp, after: Option<u64>) -> Option<u64> {
    let code = code.as_bytes();
    if code.len() != DIGITS || !code.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let generator = generator(seed)?;
    let current = u64::try_from(now.seconds()).ok()? / STEP;
    let (mut matched, mut found) = (0_u64, Choice::from(0));
    for step in current.saturating_sub(1)..=current.checked_add(1)? {
        let right = generator.generate(step.checked_mul(STEP)?).to_string();
        let usable = Choice::from(u8::from(after.is_none_or(|after| step > after)));
        let hit = right.as_bytes().ct_eq(code) & usable & !found;
        matched.conditional_assign(&step, hit);
        found |= hit;
    }
    bool::from(found).then_some(matched)
}

/// `otpauth:` address (Key URI format). Algorithm, digits and period are written out although they
/// are the defaults.
pub(crate) fn address(issuer: &str, seed: &TotpSeed, account: &str) -> Result<Secret, KeyFault> {
    let fits = !account.trim().is_empty()
        && account.chars().count() <= LONGEST_ACCOUNT
        && !account.contains(':')
        && !account.contains(char::is_control);
    if !fits {
        return Err(KeyFault::Internal);
    }
    let (issuer, account) = (escaped(issuer), escaped(account));
    let seed = base32(seed.expose());
    Ok(Secret::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={seed}&issuer={issuer}\
         &algorithm=SHA1&digits={DIGITS}&period={STEP}"
    )))
}

/// Percent-encodes everything but the unreserved characters (RFC 3986 section 2.3). Form encoding
/// would not do: apps show its `+` as it stands.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// Base32 (RFC 4648 section 6). Twenty bytes are thirty-two characters without padding.
fn base32(bytes: &[u8; 20]) -> String {
    const ALPHABET: [char; 32] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
    ];
    let mut text = String::with_capacity(32);
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        for shift in (0..8).rev() {
            let index = usize::try_from((bits >> (shift * 5)) & 31).unwrap_or(0);
            text.extend(ALPHABET.get(index));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: TotpSeed = TotpSeed::new(*b"12345678901234567890");

    fn at(seconds: i64, code: &str, after: Option<u64>) -> Option<u64> {
        step(&SEED, code, Timestamp::from_seconds(seconds), after)
    }

    /// RFC 6238 appendix B, SHA-1 rows: the last six of its eight digits.
    #[test]
    fn the_vectors_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let wanted = u64::try_from(seconds / 30).unwrap();
            assert_eq!(at(seconds, code, None), Some(wanted), "{seconds}");
        }
    }

    #[test]
    fn one_step_of_skew_and_no_more() {
        // The code of step 1 (30 s to 59 s).
        for (seconds, matches) in [(0, true), (29, true), (59, true), (89, true), (90, false)] {
            assert_eq!(at(seconds, "287082", None).is_some(), matches, "{seconds}");
        }
        assert_eq!(at(-1, "287082", None), None);
    }

    #[test]
    fn no_code_works_twice() {
        assert_eq!(at(59, "287082", Some(0)), Some(1));
        assert_eq!(at(59, "287082", Some(1)), None);
        assert_eq!(at(59, "287082", Some(u64::MAX)), None);
    }

    #[test]
    fn only_six_digits_are_a_code() {
        for code in ["", "28708", "2870820", "28708a", "２87082", " 287082", "287083"] {
            assert_eq!(at(59, code, None), None, "{code}");
        }
    }

    #[test]
    fn the_address_is_what_apps_read() {
        let address = address("Loket België", &SEED, "An P.").unwrap();
        assert_eq!(
            address.expose(),
            "otpauth://totp/Loket%20Belgi%C3%AB:An%20P.?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Loket%20Belgi%C3%AB&algorithm=SHA1&digits=6&period=30"
        );
        assert!(super::address("Loket", &SEED, "a:b").is_err());
        assert!(super::address("Loket", &SEED, &"a".repeat(65)).is_err());
    }
}
