//! Our cookies: all `__Host-`, Secure, HttpOnly, SameSite, Path=/, without Max-Age unless said
//! (requirement H-08).

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use loket_domain::secret::Secret;

/// The cookies that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Session of staff.
    Session,
    /// Visitor with a sign-in challenge or a key that is being tried.
    Visitor,
    /// Visitor at the federal authentication service. Lax, since the way back is a redirect from
    /// another site.
    Federal,
    /// The person with an activation link, sealed. Lax, since the link is opened from a mail: with
    /// Strict the redirect after that click would not carry it.
    Activation,
    /// Who opened a link that was mailed to an address, sealed. Lax for the same reason.
    Address,
    /// The result of a key check.
    KeyCheck,
    /// Session of a holder among the own keys.
    OwnKeys,
    /// Session of a holder for relying parties. Lax, since they send people here from another site.
    Party,
    /// The screen that is turned to the person.
    Guide,
    /// Chosen language; a year, nothing personal.
    Language,
    /// Mark of the post, so that a second officer is at another one; 400 days, nothing personal.
    Post,
}

impl Cookie {
    const fn name(self) -> &'static str {
        match self {
            Self::Session => "__Host-session",
            Self::Visitor => "__Host-visitor",
            Self::Federal => "__Host-federal",
            Self::Activation => "__Host-activation",
            Self::Address => "__Host-address",
            Self::KeyCheck => "__Host-key-check",
            Self::OwnKeys => "__Host-own-keys",
            Self::Party => "__Host-party",
            Self::Guide => "__Host-guide",
            Self::Language => "__Host-language",
            Self::Post => "__Host-post",
        }
    }

    const fn attributes(self) -> &'static str {
        match self {
            Self::Session | Self::Visitor | Self::KeyCheck | Self::OwnKeys | Self::Guide => {
                "; Path=/; Secure; HttpOnly; SameSite=Strict"
            }
            Self::Federal => "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300",
            Self::Activation | Self::Address | Self::Party => {
                "; Path=/; Secure; HttpOnly; SameSite=Lax"
            }
            Self::Language => "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
            // Lax: the federal door comes back from another site.
            Self::Post => "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=34560000",
        }
    }

    /// The value that the browser sent; a cookie sent twice counts as none.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<Secret> {
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name())
            .map(|(_, value)| value);
        match (found.next(), found.next()) {
            (Some(value), None) if value.len() <= 2048 => Some(Secret::new(value.to_owned())),
            _ => None,
        }
    }

    /// Sets a value (base64url or another plain token).
    pub(crate) fn set(self, value: &str, headers: &mut HeaderMap) {
        let text = format!("{}={}{}", self.name(), value, self.attributes());
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(SET_COOKIE, value);
        }
    }

    /// Removes it.
    pub(crate) fn clear(self, headers: &mut HeaderMap) {
        let text = format!("{}={}; Max-Age=0", self.name(), self.attributes());
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_and_refuses_two() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; __Host-session=x1; c=d"));
        assert_eq!(Cookie::Session.read(&headers).unwrap().expose(), "x1");
        headers.append(COOKIE, HeaderValue::from_static("__Host-session=x2"));
        assert!(Cookie::Session.read(&headers).is_none());
    }

    #[test]
    fn session_cookies_have_no_age_and_every_guard() {
        let mut headers = HeaderMap::new();
        Cookie::Session.set("x", &mut headers);
        let text = headers.get(SET_COOKIE).unwrap().to_str().unwrap();
        assert_eq!(text, "__Host-session=x; Path=/; Secure; HttpOnly; SameSite=Strict");
    }
}
