//! The program as its own process, over HTTP and TLS, as browsers and the operating system treat it.
#![cfg(feature = "demo")]

#[cfg(test)]
mod attesters;
#[cfg(test)]
mod audit_log;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod card_host;
#[cfg(test)]
mod counter;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod person;
#[cfg(test)]
mod purge;
#[cfg(test)]
mod server;
#[cfg(test)]
mod signer;
#[cfg(test)]
mod turned_away;
