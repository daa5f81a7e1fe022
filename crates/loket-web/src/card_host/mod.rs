//! The second door for staff: a host of its own that asks for the card's certificate in the TLS
//! handshake, for posts with the middleware and without the browser extension. It knows one page,
//! sets no cookie and opens no session: who proves a card is sent back to the main host with a code
//! that works once.

mod listener;
mod page;

pub use listener::{CardHostFault, CardHostTls, CardListener, Peer};
pub use page::{address, router};
