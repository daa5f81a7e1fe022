//! How a gateway wants to be asked and how its answer reads, as the configuration describes it.
//! Checked when the program starts: a placeholder that nobody fills is a fault there, not a short
//! message with braces in it.

use std::collections::BTreeMap;

use loket_domain::secret::Secret;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::DeliveryFault;

/// Method of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SmsMethod {
    /// `GET`, with everything in `query`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
}

/// The request and what its answer means. Values are templates: `{to}` is the number as `+32…`,
/// `{digits}` the same without the plus, `{text}` the text, `{sender}` the sender, `{id}` our
/// identifier, the same at every try, `{token}` the secret of this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsRequest {
    /// Method.
    pub method: SmsMethod,
    /// Header fields.
    pub headers: BTreeMap<String, String>,
    /// Parameters of the address.
    pub query: BTreeMap<String, String>,
    /// Body as `application/x-www-form-urlencoded`.
    pub form: BTreeMap<String, String>,
    /// Body as JSON, of any shape. Without a body and without a query: `to`, `text`, `sender` and
    /// `reference`.
    pub json: Option<Value>,
    /// What the answer means.
    pub answer: SmsAnswer,
}

impl Default for SmsRequest {
    fn default() -> Self {
        let headers = [("Authorization", "Bearer {token}"), ("Idempotency-Key", "{id}")];
        Self {
            method: SmsMethod::Post,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            query: BTreeMap::new(),
            form: BTreeMap::new(),
            json: None,
            answer: SmsAnswer::default(),
        }
    }
}

/// How an answer reads. A status of 2xx means taken, unless the body says otherwise; 401, 403, 408,
/// 429, 5xx and redirects mean later; any other 4xx means refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsAnswer {
    /// Where the gateway's own identifier stands in a JSON answer: names and places joined by
    /// dots, such as `messages.0.id`.
    pub id: String,
    /// What stands before the identifier in an answer that is plain text.
    pub id_after: Option<String>,
    /// Where a JSON answer of 2xx says what became of it; without it, plain text is looked at.
    pub outcome: Option<String>,
    /// What it says there, or how a plain text begins, when it took the message; none means that
    /// every answer of 2xx did.
    pub taken: Vec<String>,
    /// What it says when this number or text will never be taken; anything else is for later.
    pub refused: Vec<String>,
    /// Further statuses that mean later, such as a 4xx that the gateway uses for its own limits.
    pub later_statuses: Vec<u16>,
}

impl Default for SmsAnswer {
    fn default() -> Self {
        Self {
            id: "id".to_owned(),
            id_after: None,
            outcome: None,
            taken: Vec::new(),
            refused: Vec::new(),
            later_statuses: Vec::new(),
        }
    }
}

/// What fills the placeholders of one message.
pub(super) struct Fill<'m> {
    pub(super) to: &'m str,
    pub(super) text: &'m str,
    pub(super) sender: &'m str,
    pub(super) id: &'m str,
    pub(super) token: &'m Secret,
}

/// A text with its placeholders filled. Text that was filled in is not looked at again.
pub(super) fn filled(template: &str, fill: &Fill<'_>) -> Result<String, DeliveryFault> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        let (name, after) =
            from.split_once('}').ok_or(DeliveryFault::Setting("request: a brace that is open"))?;
        out.push_str(before);
        out.push_str(match name {
            "to" => fill.to,
            "digits" => fill.to.trim_start_matches('+'),
            "text" => fill.text,
            "sender" => fill.sender,
            "id" => fill.id,
            "token" => fill.token.expose(),
            _ => return Err(DeliveryFault::Setting("request: an unknown placeholder")),
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn filled_json(template: &Value, fill: &Fill<'_>) -> Result<Value, DeliveryFault> {
    Ok(match template {
        Value::String(text) => Value::String(filled(text, fill)?),
        Value::Array(items) => Value::Array(
            items.iter().map(|item| filled_json(item, fill)).collect::<Result<_, _>>()?,
        ),
        Value::Object(fields) => {
            let fields =
                fields.iter().map(|(name, value)| Ok((name.clone(), filled_json(value, fill)?)));
            Value::Object(fields.collect::<Result<_, DeliveryFault>>()?)
        }
        other => other.clone(),
    })
}

/// The body of one request.
pub(super) enum Body {
    Json(Value),
    Form(Vec<(String, String)>),
    None,
}

impl SmsRequest {
    /// Whether it can be filled at all.
    pub(super) fn check(&self) -> Result<(), DeliveryFault> {
        let token = Secret::new("t".to_owned());
        let fill = Fill { to: "+32470000000", text: "t", sender: "s", id: "i", token: &token };
        self.header_map(&fill)?;
        self.query_pairs(&fill)?;
        let whole = match self.body(&fill)? {
            Body::Json(_) if !self.form.is_empty() => {
                return Err(DeliveryFault::Setting("request: form and json exclude each other"));
            }
            Body::Json(_) | Body::Form(_) if self.method == SmsMethod::Get => {
                return Err(DeliveryFault::Setting("request: GET has no body, use query"));
            }
            Body::Json(value) => value.to_string(),
            Body::Form(pairs) => format!("{pairs:?}"),
            Body::None => String::new(),
        };
        let all = format!("{whole} {:?}", self.query_pairs(&fill)?);
        if !all.contains("32470000000") {
            return Err(DeliveryFault::Setting("request: the number stands nowhere"));
        }
        Ok(())
    }

    pub(super) fn header_map(&self, fill: &Fill<'_>) -> Result<HeaderMap, DeliveryFault> {
        let mut map = HeaderMap::new();
        for (name, template) in &self.headers {
            let fault = DeliveryFault::Setting("request: a header");
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault)?;
            let mut value = HeaderValue::from_str(&filled(template, fill)?).map_err(|_| fault)?;
            value.set_sensitive(template.contains("{token}"));
            map.insert(name, value);
        }
        Ok(map)
    }

    pub(super) fn query_pairs(
        &self,
        fill: &Fill<'_>,
    ) -> Result<Vec<(String, String)>, DeliveryFault> {
        pairs(&self.query, fill)
    }

    pub(super) fn body(&self, fill: &Fill<'_>) -> Result<Body, DeliveryFault> {
        Ok(match &self.json {
            Some(template) => Body::Json(filled_json(template, fill)?),
            None if !self.form.is_empty() => Body::Form(pairs(&self.form, fill)?),
            None if self.query.is_empty() => Body::Json(serde_json::json!({
                "to": fill.to, "text": fill.text, "sender": fill.sender, "reference": fill.id,
            })),
            None => Body::None,
        })
    }
}

fn pairs(
    templates: &BTreeMap<String, String>,
    fill: &Fill<'_>,
) -> Result<Vec<(String, String)>, DeliveryFault> {
    templates.iter().map(|(name, value)| Ok((name.clone(), filled(value, fill)?))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fill<'m>(text: &'m str, token: &'m Secret) -> Fill<'m> {
        Fill { to: "+32470123456", text, sender: "LOKET", id: "0190", token }
    }

    #[test]
    fn placeholders_are_filled_in_any_shape() {
        let token = Secret::new("t0ken".to_owned());
        let request = SmsRequest {
            json: Some(serde_json::json!({
                "messages": [{ "to": ["{digits}"], "body": "{text}", "flash": false }],
                "from": "{sender}", "ref": "loket-{id}",
            })),
            ..SmsRequest::default()
        };
        request.check().unwrap();
        let Body::Json(body) = request.body(&fill("Code {to} 1", &token)).unwrap() else {
            panic!("json was asked for");
        };
        assert_eq!(
            body,
            serde_json::json!({
                "messages": [{ "to": ["32470123456"], "body": "Code {to} 1", "flash": false }],
                "from": "LOKET", "ref": "loket-0190",
            })
        );
        let headers = request.header_map(&fill("x", &token)).unwrap();
        assert_eq!(headers["authorization"], "Bearer t0ken");
        assert!(
            headers["authorization"].is_sensitive() && !headers["idempotency-key"].is_sensitive()
        );
    }

    #[test]
    fn what_cannot_work_is_found_at_the_start() {
        let with = |json: Value| SmsRequest { json: Some(json), ..SmsRequest::default() };
        for bad in [
            with(serde_json::json!({ "to": "{nummer}" })),
            with(serde_json::json!({ "to": "{to" })),
            with(serde_json::json!({ "text": "{text}" })),
            SmsRequest { method: SmsMethod::Get, ..SmsRequest::default() },
            SmsRequest {
                form: [("to".to_owned(), "{to}".to_owned())].into(),
                ..with(serde_json::json!({ "to": "{to}" }))
            },
            SmsRequest {
                headers: [("a b".to_owned(), "x".to_owned())].into(),
                ..SmsRequest::default()
            },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        SmsRequest::default().check().unwrap();
    }

    proptest! {
        #[test]
        fn a_text_stands_as_it_is(text in "\\PC{0,200}") {
            let token = Secret::new("t".to_owned());
            prop_assert_eq!(filled("<{text}>", &fill(&text, &token)).unwrap(), format!("<{text}>"));
        }

        #[test]
        fn any_template_reads_without_panic(template in "[{}a-z \u{e9}]{0,40}") {
            let token = Secret::new("t".to_owned());
            let _ = filled(&template, &fill("x", &token));
        }
    }
}
