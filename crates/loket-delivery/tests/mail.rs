//! Mail over real connections: TLS, refusals, broken and slow relays, and what arrives.

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use anyhow::{Result, ensure};
    use loket_delivery::{Returns, Smtp, SmtpCredentials, SmtpSettings, SmtpTls};
    use loket_domain::contact::Destination;
    use loket_domain::delivery::ReturnTag;
    use loket_domain::port::{HandOver, Messenger, OutgoingMessage};
    use loket_domain::secret::Secret;
    use loket_domain::{Language, Timestamp};
    use loket_testkit::mail_receiver::{MailBehaviour, MailOptions, MailReceiver, MailTls};
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};

    const TO: &str = "an.peeters@example.be";
    const TEXT: &str = "Goedendag,\n\nOpen deze link: https://loket.example.be/a/0123456789\n.\n\
                        ..puntjes = en één €\n";

    const HELLO: &str = "250 here\r\n";
    const READY: &str = "220 ready\r\n";

    fn loopback() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    fn moment() -> Timestamp {
        Timestamp::parse("2026-11-23T10:58:02Z").unwrap()
    }

    fn options(tls: MailTls) -> MailOptions {
        MailOptions { tls, ..MailOptions::new(Arc::new(moment)) }
    }

    fn settings(receiver: &MailReceiver, tls: SmtpTls) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".to_owned(),
            port: receiver.addr().port(),
            tls,
            credentials: None,
            from: "loket@example.be".parse().unwrap(),
            from_name: Some("Loket België".to_owned()),
            hello_name: "loket.example.be".to_owned(),
            returns: None,
            extra_root: Some(receiver.certificate_der().to_vec()),
            timeout: Duration::from_secs(10),
        }
    }

    fn smtp(settings: SmtpSettings) -> Smtp {
        Smtp::new(settings, Arc::new(moment)).unwrap()
    }

    fn message(to: &str) -> OutgoingMessage {
        OutgoingMessage {
            id: "0190b8c4-7a3c-7000-8000-000000000001".parse().unwrap(),
            to: Destination::Email(to.parse().unwrap()),
            language: Language::Nl,
            subject:
                "Uw digitale sleutel: één stap nog, met een onderwerp dat niet op één regel past"
                    .to_owned(),
            text: Secret::new(TEXT.to_owned()),
            html: Some(Secret::new("<p>Goedendag, één €</p>\n".repeat(40))),
        }
    }

    fn later(cause: &str) -> HandOver {
        HandOver::TryLater { cause: cause.to_owned() }
    }

    fn refused(cause: &str) -> HandOver {
        HandOver::Refused { cause: cause.to_owned() }
    }

    fn unavailable(cause: &str) -> HandOver {
        HandOver::Unavailable { cause: cause.to_owned(), retry_after: None }
    }

    fn unfit(cause: &str) -> HandOver {
        HandOver::Unfit { cause: cause.to_owned() }
    }

    fn accepted(outcome: &HandOver) -> bool {
        matches!(outcome, HandOver::Accepted { .. })
    }

    #[tokio::test]
    async fn a_mail_arrives_as_it_was_written() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(settings(&receiver, SmtpTls::Starttls));
        let outcome = smtp.send(&message(TO)).await;
        assert_eq!(outcome, HandOver::Accepted { reference: Some("R000001".to_owned()) });
        let mail = receiver.wait_for(|m| m.to == [TO], Duration::from_secs(5)).await?;
        ensure!(mail.encrypted);
        assert_eq!(mail.from, "loket@example.be");
        assert_eq!(mail.subject(), message(TO).subject);
        assert_eq!(mail.text.as_deref(), Some(TEXT.replace('\n', "\r\n").as_str()));
        let html = message(TO).html.unwrap().expose().replace('\n', "\r\n");
        assert_eq!(mail.html.as_deref(), Some(html.as_str()));
        for (name, value) in [
            ("From", "\"Loket België\" <loket@example.be>"),
            ("To", TO),
            ("Message-ID", "<0190b8c4-7a3c-7000-8000-000000000001@example.be>"),
            ("Date", "Mon, 23 Nov 2026 10:58:02 +0000"),
            ("Auto-Submitted", "auto-generated"),
            ("Content-Language", "nl"),
            ("MIME-Version", "1.0"),
        ] {
            let got = mail.header(name).map(|v| v.replace('"', ""));
            assert_eq!(got.as_deref(), Some(value.replace('"', "").as_str()), "{name}");
        }
        assert_eq!(mail.header("List-Unsubscribe"), None);
        ensure!(mail.header("Content-Type").unwrap().starts_with("multipart/alternative"));
        ensure!(mail.raw.is_ascii() && mail.raw.split("\r\n").all(|line| line.len() <= 78));
        Ok(())
    }

    #[tokio::test]
    async fn the_message_id_stays_over_tries() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(settings(&receiver, SmtpTls::Starttls));
        receiver.set_behaviour(TO, MailBehaviour::DropAfterData { kept: true });
        assert_eq!(smtp.send(&message(TO)).await, unavailable("connect"));
        receiver.set_behaviour(TO, MailBehaviour::Accept);
        ensure!(accepted(&smtp.send(&message(TO)).await));
        let ids: Vec<_> =
            receiver.messages().iter().map(|m| m.header("Message-ID").map(str::to_owned)).collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
        Ok(())
    }

    #[tokio::test]
    async fn refusals_and_delays_are_told_apart() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(settings(&receiver, SmtpTls::Starttls));
        for (behaviour, outcome) in [
            (MailBehaviour::Refuse, refused("smtp_550")),
            (MailBehaviour::Later, later("smtp_451")),
            (MailBehaviour::DropAfterData { kept: false }, unavailable("connect")),
        ] {
            receiver.set_behaviour(TO, behaviour);
            assert_eq!(smtp.send(&message(TO)).await, outcome, "{behaviour:?}");
        }
        assert_eq!(receiver.messages().len(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn mail_comes_back_to_an_address_that_names_the_message() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let returns = Some(Returns {
            address: "terug@bounces.example.be".parse()?,
            tag: Arc::new(|message| ReturnTag { message, proof: [7; 8] }),
        });
        let smtp = smtp(SmtpSettings { returns, ..settings(&receiver, SmtpTls::Starttls) });
        ensure!(accepted(&smtp.send(&message(TO)).await));
        let mail = receiver.wait_for(|m| m.to == [TO], Duration::from_secs(5)).await?;
        assert_eq!(
            mail.from,
            "terug+0190b8c47a3c700080000000000000010707070707070707@bounces.example.be"
        );
        ensure!(mail.header("From").is_some_and(|from| from.contains("loket@example.be")));
        Ok(())
    }

    /// A connection is used again, and one that the relay has closed meanwhile costs no message.
    #[tokio::test]
    async fn a_kept_connection_takes_the_next_message_or_makes_way() -> Result<()> {
        let listener = TcpListener::bind(loopback()).await?;
        let addr = listener.local_addr()?;
        let relay = tokio::spawn(async move {
            let mut connections = Vec::new();
            // The first connection takes two messages, then hangs up at the third MAIL.
            for messages in [2, 1] {
                let (socket, _) = listener.accept().await?;
                connections.push(take(socket, messages).await?);
            }
            anyhow::Ok(connections)
        });
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: addr.port(),
            ..settings(&receiver, SmtpTls::NoneOnLoopback)
        });
        for _ in 0..3 {
            ensure!(accepted(&smtp.send(&message(TO)).await));
        }
        assert_eq!(relay.await??, [2, 1]);
        Ok(())
    }

    /// Plays a relay until it has taken so many messages, then hangs up.
    async fn take(socket: TcpStream, messages: usize) -> Result<usize> {
        let (reading, mut writing) = socket.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(READY.as_bytes()).await?;
        let mut taken = 0;
        let mut in_data = false;
        while taken < messages {
            let Some(line) = lines.next_line().await? else { break };
            let answer = match (in_data, line.as_str()) {
                (true, ".") => {
                    in_data = false;
                    taken += 1;
                    "250 ok\r\n"
                }
                (true, _) => continue,
                (false, "DATA") => {
                    in_data = true;
                    "354 go on\r\n"
                }
                (false, _) => "250 ok\r\n",
            };
            writing.write_all(answer.as_bytes()).await?;
        }
        Ok(taken)
    }

    #[tokio::test]
    async fn a_slow_relay_meets_the_deadline() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        receiver.set_behaviour(TO, MailBehaviour::Slow(Duration::from_hours(1)));
        let hasty = SmtpSettings {
            timeout: Duration::from_millis(300),
            ..settings(&receiver, SmtpTls::Starttls)
        };
        assert_eq!(smtp(hasty).send(&message(TO)).await, unavailable("timeout"));
        assert_eq!(receiver.messages().len(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn implicit_tls_works_and_a_strange_certificate_does_not() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Implicit)).await?;
        let trusted = settings(&receiver, SmtpTls::Implicit);
        ensure!(accepted(&smtp(trusted.clone()).send(&message(TO)).await));
        let strange = SmtpSettings { extra_root: None, ..trusted };
        assert_eq!(smtp(strange).send(&message(TO)).await, unavailable("tls"));
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        for tls in [SmtpTls::Starttls, SmtpTls::StarttlsWhereOffered] {
            let strange = SmtpSettings { extra_root: None, ..settings(&receiver, tls) };
            assert_eq!(smtp(strange).send(&message(TO)).await, unavailable("tls"), "{tls:?}");
        }
        assert_eq!(receiver.messages().len(), 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_stripped_starttls_holds_the_mail_unless_it_is_only_wished() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::None)).await?;
        let required = smtp(settings(&receiver, SmtpTls::Starttls));
        assert_eq!(required.send(&message(TO)).await, unavailable("tls"));
        assert_eq!(receiver.messages().len(), 0);
        for tls in [SmtpTls::StarttlsWhereOffered, SmtpTls::NoneOnLoopback] {
            ensure!(accepted(&smtp(settings(&receiver, tls)).send(&message(TO)).await));
        }
        ensure!(receiver.messages().iter().all(|m| !m.encrypted));
        Ok(())
    }

    fn credentials(password: &str) -> SmtpCredentials {
        let password = Secret::new(password.to_owned());
        SmtpCredentials { username: "loket".to_owned(), password }
    }

    #[tokio::test]
    async fn our_own_password_never_marks_a_recipient() -> Result<()> {
        let wanted = Some(("loket".to_owned(), "geheim".to_owned()));
        let strict = MailOptions { credentials: wanted.clone(), ..options(MailTls::Starttls) };
        let receiver = MailReceiver::start(loopback(), strict).await?;
        let with = |credentials| SmtpSettings {
            credentials,
            ..settings(&receiver, SmtpTls::StarttlsWhereOffered)
        };
        assert_eq!(smtp(with(None)).send(&message(TO)).await, unavailable("smtp_530"));
        assert_eq!(
            smtp(with(Some(credentials("fout")))).send(&message(TO)).await,
            unavailable("smtp_535")
        );
        ensure!(accepted(&smtp(with(Some(credentials("geheim")))).send(&message(TO)).await));
        // Without TLS the password is not sent, although the relay asks for it.
        let bare = MailOptions { credentials: wanted, ..options(MailTls::None) };
        let bare = MailReceiver::start(loopback(), bare).await?;
        let settings = SmtpSettings {
            credentials: Some(credentials("geheim")),
            ..settings(&bare, SmtpTls::StarttlsWhereOffered)
        };
        assert_eq!(smtp(settings).send(&message(TO)).await, unavailable("tls"));
        Ok(())
    }

    #[tokio::test]
    async fn nobody_listening_is_for_later_and_a_number_is_no_address() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(settings(&receiver, SmtpTls::Starttls));
        let sms = OutgoingMessage {
            to: Destination::Sms("+32470123456".parse().unwrap()),
            ..message(TO)
        };
        assert_eq!(smtp.send(&sms).await, unfit("channel"));
        let broken =
            OutgoingMessage { subject: "a\r\nBcc: x@example.be".to_owned(), ..message(TO) };
        assert_eq!(smtp.send(&broken).await, unfit("field"));
        assert_eq!(receiver.messages().len(), 0);
        receiver.stop().await;
        assert_eq!(smtp.send(&message(TO)).await, unavailable("connect"));
        Ok(())
    }

    #[tokio::test]
    async fn an_international_domain_arrives_in_a_labels() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let smtp = smtp(settings(&receiver, SmtpTls::Starttls));
        ensure!(accepted(&smtp.send(&message("an@exämple.be")).await));
        let to: Vec<_> = receiver.messages().into_iter().flat_map(|m| m.to).collect();
        assert_eq!(to, ["an@xn--exmple-cua.be"]);
        Ok(())
    }

    /// A relay that says fixed lines, each after the client has said something, and then hangs up.
    async fn scripted(answers: &'static [&'static str]) -> Result<SocketAddr> {
        let listener = TcpListener::bind(loopback()).await?;
        let addr = listener.local_addr()?;
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await?;
            for answer in answers {
                socket.write_all(answer.as_bytes()).await?;
                let mut heard = [0; 1_024];
                if socket.read(&mut heard).await? == 0 {
                    break;
                }
            }
            anyhow::Ok(())
        });
        Ok(addr)
    }

    #[tokio::test]
    async fn each_stage_of_the_transaction_is_judged_for_itself() -> Result<()> {
        let receiver = MailReceiver::start(loopback(), options(MailTls::Starttls)).await?;
        let cases: [(&'static [&'static str], HandOver); 7] = [
            (&["554 not today\r\n"], unavailable("smtp_554")),
            (&["421 busy\r\n"], unavailable("smtp_421")),
            (&[READY, HELLO, "550 not from you\r\n"], unavailable("smtp_550")),
            (&[READY, HELLO, "250 ok\r\n", "552 full\r\n"], refused("smtp_552")),
            (&[READY, HELLO, "250 ok\r\n", "421 later\r\n"], unavailable("smtp_421")),
            (&[READY, HELLO, "250 ok\r\n", "250 ok\r\n", "451 wait\r\n"], later("smtp_451")),
            (&["hello?\r\n"], unavailable("connect")),
        ];
        for (answers, outcome) in cases {
            let addr = scripted(answers).await?;
            let settings = SmtpSettings {
                port: addr.port(),
                host: "127.0.0.1".to_owned(),
                ..settings(&receiver, SmtpTls::NoneOnLoopback)
            };
            assert_eq!(smtp(settings).send(&message(TO)).await, outcome, "{answers:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_receiver_keeps_mail_between_runs_and_takes_nothing_ambiguous() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let on_disk = MailOptions {
            folder: Some(folder.path().join("mail")),
            largest: 2_000,
            ..options(MailTls::None)
        };
        let receiver = MailReceiver::start(loopback(), on_disk.clone()).await?;
        // Everything at once, as PIPELINING allows.
        let said = "EHLO a\r\nRCPT TO:<x@y.be>\r\nMAIL FROM:<a@b.be> SIZE=9999\r\n\
             MAIL FROM:<a@b.be>\r\nRSET\r\nMAIL FROM:<a@b.be>\r\nRCPT TO:<x@y.be>\r\nDATA\r\n\
             Subject: one\r\n\r\n..dot\r\n.\r\nDATA\r\nMAIL FROM:<a@b.be>\r\nRCPT TO:<x@y.be>\r\n\
             DATA\r\nSubject: two\r\n\r\nsmuggled\n.\r\n.\r\nVRFY a\r\nSTARTTLS\r\nQUIT\r\n";
        let mut socket = TcpStream::connect(receiver.addr()).await?;
        socket.write_all(said.as_bytes()).await?;
        let mut heard = String::new();
        socket.read_to_string(&mut heard).await?;
        let codes: Vec<_> = heard
            .lines()
            .filter(|line| line.as_bytes()[3] == b' ')
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        let wanted = "220 250 503 552 250 250 250 250 354 250 503 250 250 354 554 252 502 221";
        assert_eq!(codes.join(" "), wanted);
        receiver.stop().await;
        let receiver = MailReceiver::start(loopback(), on_disk).await?;
        let kept = receiver.messages();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].subject(), "one");
        assert_eq!(kept[0].text.as_deref(), Some(".dot\r\n"));
        assert_eq!(kept[0].received_at, moment());
        Ok(())
    }
}
