//! The real adapters for mail and short messages, set up for the receivers of this crate, so that
//! tests of the office send over real connections.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use loket_delivery::{SmsGateway, SmsRequest, SmsSettings, Smtp, SmtpSettings, SmtpTls};
use loket_domain::Timestamp;
use loket_domain::port::Messenger;
use loket_domain::secret::Secret;

use crate::house::BEGINS;
use crate::mail_receiver::MailReceiver;
use crate::sms_receiver::SmsReceiver;

/// Token of the gateway in tests.
pub const SMS_TOKEN: &str = "token of a test";

/// Sends mail to a receiver over TLS; `trusted` says whether its certificate is.
pub fn relay(
    receiver: &MailReceiver,
    trusted: bool,
    timeout: Duration,
) -> Result<Arc<dyn Messenger>> {
    let settings = SmtpSettings {
        host: "localhost".to_owned(),
        port: receiver.addr().port(),
        tls: SmtpTls::Starttls,
        credentials: None,
        from: "loket@example.be".parse()?,
        from_name: Some("Loket".to_owned()),
        hello_name: "loket.example.be".to_owned(),
        returns: None,
        extra_root: trusted.then(|| receiver.certificate_der().to_vec()),
        timeout,
    };
    let moment = Timestamp::parse(BEGINS).unwrap_or(Timestamp::from_seconds(0));
    Ok(Arc::new(Smtp::new(settings, Arc::new(move || moment))?))
}

/// Sends short messages to a receiver.
pub fn gateway(receiver: &SmsReceiver, timeout: Duration) -> Result<Arc<dyn Messenger>> {
    Ok(Arc::new(SmsGateway::new(&SmsSettings {
        url: receiver.url(),
        request: SmsRequest::default(),
        token: Secret::new(SMS_TOKEN.to_owned()),
        sender: "LOKET".to_owned(),
        timeout,
    })?))
}
