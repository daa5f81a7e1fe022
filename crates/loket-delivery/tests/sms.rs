//! Short messages to a gateway over HTTP: what it gets, and what each of its answers means.

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use anyhow::Result;
    use axum::extract::State;
    use axum::http::HeaderMap;
    use axum::{Json, Router, routing};
    use loket_delivery::{SmsGateway, SmsRequest, SmsSettings};
    use loket_domain::contact::Destination;
    use loket_domain::port::{HandOver, Messenger, OutgoingMessage};
    use loket_domain::secret::Secret;
    use loket_domain::{Language, Timestamp};
    use loket_testkit::sms_receiver::{SmsBehaviour, SmsCallback, SmsOptions, SmsReceiver};
    use serde_json::{Value, json};
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    const TO: &str = "+32470123456";
    const ID: &str = "0190b8c4-7a3c-7000-8000-000000000001";

    fn loopback() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    fn options() -> SmsOptions {
        SmsOptions {
            token: "t0ken".to_owned(),
            callback: None,
            folder: None,
            clock: Arc::new(|| Timestamp::from_seconds(1_000)),
        }
    }

    fn settings(receiver: &SmsReceiver) -> SmsSettings {
        SmsSettings {
            url: receiver.url(),
            request: SmsRequest::default(),
            token: Secret::new("t0ken".to_owned()),
            sender: "LOKET".to_owned(),
            timeout: Duration::from_secs(10),
        }
    }

    fn message() -> OutgoingMessage {
        OutgoingMessage {
            id: ID.parse().unwrap(),
            to: Destination::Sms(TO.parse().unwrap()),
            language: Language::Fr,
            subject: String::new(),
            text: Secret::new("Votre code : 4F7K-9Q2M à garder".to_owned()),
            html: None,
        }
    }

    fn unavailable(cause: &str) -> HandOver {
        HandOver::Unavailable { cause: cause.to_owned(), retry_after: None }
    }

    fn refused(cause: &str) -> HandOver {
        HandOver::Refused { cause: cause.to_owned() }
    }

    #[tokio::test]
    async fn a_message_arrives_once_however_often_it_is_sent() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let on_disk = SmsOptions { folder: Some(folder.path().to_owned()), ..options() };
        let receiver = SmsReceiver::start(loopback(), on_disk.clone()).await?;
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        let first = gateway.send(&message()).await;
        let kept = receiver.wait_for(|m| m.to == TO, Duration::from_secs(5)).await?;
        assert_eq!(first, HandOver::Accepted { reference: Some(kept.id.clone()) });
        assert_eq!(gateway.send(&message()).await, first);
        assert_eq!(receiver.messages().len(), 1);
        assert_eq!(kept.text, message().text.expose());
        assert_eq!(kept.sender, "LOKET");
        assert_eq!((kept.reference.as_str(), kept.idempotency_key.as_str()), (ID, ID));
        assert_eq!(kept.received_at, Timestamp::from_seconds(1_000));
        receiver.stop().await;
        let receiver = SmsReceiver::start(loopback(), on_disk).await?;
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        assert_eq!(gateway.send(&message()).await, first);
        assert_eq!(receiver.messages().len(), 1);
        Ok(())
    }

    #[tokio::test]
    async fn each_answer_has_its_meaning() -> Result<()> {
        let receiver = SmsReceiver::start(loopback(), options()).await?;
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        for (behaviour, outcome) in [
            (SmsBehaviour::Status(429), unavailable("http_429")),
            (SmsBehaviour::Status(500), unavailable("http_500")),
            (SmsBehaviour::Status(503), unavailable("http_503")),
            (SmsBehaviour::Status(408), unavailable("http_408")),
            (SmsBehaviour::Status(403), unavailable("http_403")),
            (SmsBehaviour::Status(400), refused("http_400")),
            (SmsBehaviour::Status(422), refused("http_422")),
            (SmsBehaviour::Redirect, unavailable("http_307")),
        ] {
            receiver.set_behaviour(TO, behaviour);
            assert_eq!(gateway.send(&message()).await, outcome, "{behaviour:?}");
        }
        assert_eq!(receiver.messages().len(), 0);
        let strange = SmsSettings { token: Secret::new("fout".to_owned()), ..settings(&receiver) };
        let strange = SmsGateway::new(&strange).unwrap();
        assert_eq!(strange.send(&message()).await, unavailable("http_401"));
        let mail = OutgoingMessage {
            to: Destination::Email("an@example.be".parse().unwrap()),
            ..message()
        };
        let unfit = HandOver::Unfit { cause: "channel".to_owned() };
        assert_eq!(gateway.send(&mail).await, unfit);
        Ok(())
    }

    #[tokio::test]
    async fn an_answer_is_read_up_to_its_bound() -> Result<()> {
        let receiver = SmsReceiver::start(loopback(), options()).await?;
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        for bytes in [0, 1, 64 * 1024 + 1, 50_000_000] {
            receiver.set_behaviour(TO, SmsBehaviour::LongAnswer(bytes));
            assert_eq!(gateway.send(&message()).await, HandOver::Accepted { reference: None });
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_gateway_that_is_slow_or_gone_is_for_later() -> Result<()> {
        let receiver = SmsReceiver::start(loopback(), options()).await?;
        receiver.set_behaviour(TO, SmsBehaviour::Slow(Duration::from_hours(1)));
        let hasty = SmsSettings { timeout: Duration::from_millis(300), ..settings(&receiver) };
        assert_eq!(SmsGateway::new(&hasty).unwrap().send(&message()).await, unavailable("timeout"));
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        receiver.stop().await;
        assert_eq!(gateway.send(&message()).await, unavailable("connect"));
        Ok(())
    }

    #[tokio::test]
    async fn a_gateway_without_tls_where_tls_is_wanted_is_a_tls_fault() -> Result<()> {
        let receiver = SmsReceiver::start(loopback(), options()).await?;
        let url = receiver.url().replace("http:", "https:");
        let gateway = SmsGateway::new(&SmsSettings { url, ..settings(&receiver) }).unwrap();
        assert_eq!(gateway.send(&message()).await, unavailable("tls"));
        Ok(())
    }

    type Receipts = mpsc::UnboundedSender<(Option<String>, Value)>;

    /// A callback address that passes on what it is told.
    async fn callback() -> Result<(String, mpsc::UnboundedReceiver<(Option<String>, Value)>)> {
        let (told, receipts) = mpsc::unbounded_channel();
        let listener = TcpListener::bind(loopback()).await?;
        let url = format!("http://{}/receipts", listener.local_addr()?);
        let take = |State(told): State<Receipts>, headers: HeaderMap, Json(receipt)| async move {
            let token = headers.get("authorization").and_then(|v| v.to_str().ok());
            let _ = told.send((token.map(str::to_owned), receipt));
        };
        let router = Router::new().route("/receipts", routing::post(take)).with_state(told);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((url, receipts))
    }

    #[tokio::test]
    async fn receipts_come_back_once_for_each_message() -> Result<()> {
        let (url, mut receipts) = callback().await?;
        let callback = Some(SmsCallback { url, token: "terug".to_owned() });
        let receiver = SmsReceiver::start(loopback(), SmsOptions { callback, ..options() }).await?;
        let gateway = SmsGateway::new(&settings(&receiver)).unwrap();
        gateway.send(&message()).await;
        gateway.send(&message()).await;
        receiver.set_behaviour(TO, SmsBehaviour::Undeliverable);
        let other = "0190b8c4-7a3c-7000-8000-000000000002";
        gateway.send(&OutgoingMessage { id: other.parse().unwrap(), ..message() }).await;
        let mut told = [receipts.recv().await.unwrap(), receipts.recv().await.unwrap()];
        told.sort_by_key(|(_, receipt)| receipt["reference"].to_string());
        for ((token, receipt), (reference, status)) in
            told.iter().zip([(ID, "delivered"), (other, "failed")])
        {
            assert_eq!(token.as_deref(), Some("Bearer terug"));
            let kept = receiver.wait_for(|m| m.reference == reference, Duration::ZERO).await?;
            let wanted = json!({ "reference": reference, "id": kept.id, "status": status });
            assert_eq!(*receipt, wanted);
        }
        assert!(receipts.try_recv().is_err());
        Ok(())
    }
}
