//! The program as its own process, over HTTP and TLS, as browsers and the operating system treat it.
#![cfg(feature = "demo")]

#[cfg(test)]
mod attacks;
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
mod durable;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod person;
#[cfg(test)]
mod purge;
#[cfg(test)]
mod scan;
#[cfg(test)]
mod server;
#[cfg(test)]
mod signer;
#[cfg(test)]
mod turned_away;
