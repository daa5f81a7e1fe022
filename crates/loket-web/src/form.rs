//! Reading forms. A body that is no form, is too large, or lacks its own value gets the page that
//! says to open the form again; field by field checks are each page's own.

use std::collections::BTreeMap;
use std::fmt;

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use serde::Deserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};

use crate::WebState;
use crate::fault::Fault;

/// The fields of a form that was sent.
pub(crate) struct Posted<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<WebState> for Posted<T> {
    type Rejection = Response;
    async fn from_request(request: Request, state: &WebState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let mut again = parts.clone();
        let request = Request::from_parts(parts, body);
        if let Ok(Form(form)) = Form::<T>::from_request(request, state).await {
            return Ok(Self(form));
        }
        Err(Fault::UnreadableForm.of_request(state, &mut again).await)
    }
}

/// Fields beside the known ones, each name once: of two answers to one question nobody could tell
/// which was meant.
pub(crate) fn each_once<'de, D: Deserializer<'de>>(
    fields: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    struct EachOnce;
    impl<'de> Visitor<'de> for EachOnce {
        type Value = BTreeMap<String, String>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("fields, each name once")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, String>()? {
                if fields.insert(name, value).is_some() {
                    return Err(A::Error::custom("a field stands twice"));
                }
            }
            Ok(fields)
        }
    }
    fields.deserialize_map(EachOnce)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Answers {
        #[serde(flatten, deserialize_with = "each_once")]
        points: BTreeMap<String, String>,
    }

    #[derive(Debug, Deserialize)]
    struct Asked {
        wish: String,
        #[serde(flatten)]
        answers: Answers,
    }

    #[test]
    fn a_question_that_is_answered_twice_is_no_form() {
        let read = |text: &str| {
            let uri = format!("/?{text}").parse().unwrap();
            axum::extract::Query::<Asked>::try_from_uri(&uri)
        };
        let asked = read("wish=w&a=good&b=wrong").unwrap().0;
        assert_eq!(asked.wish, "w");
        assert_eq!(asked.answers.points.len(), 2);
        assert!(read("wish=w&a=good&b=wrong&a=wrong").is_err());
    }
}
