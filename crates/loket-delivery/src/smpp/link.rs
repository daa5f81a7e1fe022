//! One bound connection to a message centre: submits go out with a number each and their answers
//! come back by it; receipts come in and are answered only when they are kept; both sides ask from
//! time to time whether the other is still there.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use loket_domain::port::Receipt;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::pdu::{
    BIND_TRANSCEIVER, DELIVER_SM, ENQUIRE_LINK, GENERIC_NACK, Malformed, Pdu, Reader, SUBMIT_SM,
    UNBIND, response,
};
use super::receipt;

/// Between two questions whether the other side is there.
const ENQUIRE: Duration = Duration::from_secs(30);
/// Silence after which the connection is given up: two questions without an answer.
const SILENCE: Duration = Duration::from_secs(70);
/// Longest time for writing.
const WRITING: Duration = Duration::from_secs(5);
/// Receipts that wait to be kept.
pub(super) const RECEIPTS: usize = 1_000;
/// Status `ESME_RX_T_APPN`: try the receipt again later.
const AGAIN: u32 = 0x64;

/// The answer to a submit: status and the message centre's own identifier.
pub(super) type Submitted = (u32, Option<String>);

/// A submit that waits for its answer.
pub(super) struct Submit {
    pub(super) body: Vec<u8>,
    pub(super) answer: oneshot::Sender<Submitted>,
}

/// A receipt; the other side is told when `kept` says so.
pub(super) struct Incoming {
    pub(super) receipt: Receipt,
    pub(super) kept: oneshot::Sender<()>,
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Broken {
    Io,
    Malformed,
    Closed,
    Silent,
    Refused(u32),
}

impl From<std::io::Error> for Broken {
    fn from(_: std::io::Error) -> Self {
        Self::Io
    }
}
impl From<Malformed> for Broken {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// A stream with what was read from it and the next number.
pub(super) struct Link<S> {
    stream: S,
    read: Vec<u8>,
    sequence: u32,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Link<S> {
    /// Binds over a fresh connection.
    pub(super) async fn bind(stream: S, body: Vec<u8>) -> Result<Self, Broken> {
        let mut link = Self { stream, read: Vec::new(), sequence: 0 };
        let sequence = link.ask(BIND_TRANSCEIVER, body).await?;
        let answer = link.next().await?;
        if answer.sequence != sequence || answer.id != response(BIND_TRANSCEIVER) {
            return Err(Broken::Malformed);
        }
        if answer.status != 0 { Err(Broken::Refused(answer.status)) } else { Ok(link) }
    }

    async fn write(&mut self, pdu: &Pdu) -> Result<(), Broken> {
        let octets = pdu.octets();
        let writing = async {
            self.stream.write_all(&octets).await?;
            self.stream.flush().await
        };
        tokio::time::timeout(WRITING, writing).await.map_err(|_| Broken::Silent)??;
        Ok(())
    }

    async fn ask(&mut self, id: u32, body: Vec<u8>) -> Result<u32, Broken> {
        // Numbers go from 1 to 0x7fffffff (section 5.1.4).
        self.sequence = self.sequence % 0x7fff_ffff + 1;
        self.write(&Pdu::new(id, 0, self.sequence, body)).await?;
        Ok(self.sequence)
    }

    async fn answer(&mut self, to: &Pdu, status: u32, body: Vec<u8>) -> Result<(), Broken> {
        self.write(&Pdu::new(response(to.id), status, to.sequence, body)).await
    }

    /// The next PDU. What was read stays when this is dropped in between.
    async fn next(&mut self) -> Result<Pdu, Broken> {
        loop {
            if let Some(pdu) = Pdu::take(&mut self.read)? {
                return Ok(pdu);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(Broken::Closed);
            }
        }
    }

    /// Serves until the connection breaks or nobody submits any more.
    pub(super) async fn serve(
        mut self,
        mut submits: mpsc::Receiver<Submit>,
        receipts: mpsc::Sender<Incoming>,
    ) -> Broken {
        let mut waiting: HashMap<u32, oneshot::Sender<Submitted>> = HashMap::new();
        let mut keeping = FuturesUnordered::new();
        let mut enquire = tokio::time::interval_at(Instant::now() + ENQUIRE, ENQUIRE);
        let mut heard = Instant::now();
        loop {
            let done = tokio::select! {
                pdu = self.next() => match pdu {
                    Ok(pdu) => {
                        heard = Instant::now();
                        match self.hear(pdu, &mut waiting, &receipts).await {
                            Ok(Some((pdu, kept))) => {
                                keeping.push(async move { (pdu, kept.await.is_ok()) });
                                Ok(())
                            }
                            Ok(None) => Ok(()),
                            Err(broken) => Err(broken),
                        }
                    }
                    Err(broken) => Err(broken),
                },
                submit = submits.recv() => {
                    let Some(submit) = submit else {
                        // The farewell changes nothing any more.
                        let _ = self.ask(UNBIND, Vec::new()).await;
                        return Broken::Closed;
                    };
                    self.ask(SUBMIT_SM, submit.body).await.map(|sequence| {
                        waiting.retain(|_, answer| !answer.is_closed());
                        waiting.insert(sequence, submit.answer);
                    })
                }
                Some((pdu, is_kept)) = keeping.next() => {
                    let status = if is_kept { 0 } else { AGAIN };
                    self.answer(&pdu, status, vec![0]).await
                }
                _ = enquire.tick() => {
                    if heard.elapsed() > SILENCE {
                        Err(Broken::Silent)
                    } else {
                        self.ask(ENQUIRE_LINK, Vec::new()).await.map(drop)
                    }
                }
            };
            if let Err(broken) = done {
                return broken;
            }
        }
    }

    /// Answers what came; a receipt that must be kept first is handed back.
    async fn hear(
        &mut self,
        pdu: Pdu,
        waiting: &mut HashMap<u32, oneshot::Sender<Submitted>>,
        receipts: &mpsc::Sender<Incoming>,
    ) -> Result<Option<(Pdu, oneshot::Receiver<()>)>, Broken> {
        match pdu.id {
            id if id == response(SUBMIT_SM) || id == GENERIC_NACK => {
                if let Some(answer) = waiting.remove(&pdu.sequence) {
                    // Who asked may have run out of patience.
                    let _ = answer.send((pdu.status, Reader::new(&pdu.body).text()));
                }
            }
            ENQUIRE_LINK => self.answer(&pdu, 0, Vec::new()).await?,
            UNBIND => {
                self.answer(&pdu, 0, Vec::new()).await?;
                return Err(Broken::Closed);
            }
            DELIVER_SM => match receipt::read(&pdu.body) {
                Some(receipt) => {
                    let (kept, is_kept) = oneshot::channel();
                    if receipts.try_send(Incoming { receipt, kept }).is_ok() {
                        return Ok(Some((pdu, is_kept)));
                    }
                    self.answer(&pdu, AGAIN, vec![0]).await?;
                }
                None => self.answer(&pdu, 0, vec![0]).await?,
            },
            id if id & GENERIC_NACK != 0 => {}
            // Invalid command: nothing else is spoken here.
            _ => self.write(&Pdu::new(GENERIC_NACK, 3, pdu.sequence, Vec::new())).await?,
        }
        Ok(None)
    }
}
