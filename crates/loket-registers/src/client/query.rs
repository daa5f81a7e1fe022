//! Searching by name: all registers that the organisation may ask, since nobody knows before which
//! one has the person. A list that lacks a register would look complete and is not shown.

use loket_domain::person::Sex;
use loket_domain::register::{
    Criteria, GivenNameMatching, Hit, MOST_HITS, RegisterName, Search, SearchAnswer, SearchOutcome,
    Ticket,
};
use tokio::time::Instant;

use super::reading::{Kind, Read};
use super::{Client, Exchange, tell};
use crate::wire::{BirthWanted, NameWanted, QueryAnswer, QueryRequest, WireMatching};

/// What one register found.
pub(super) enum Found {
    Hits { hits: Vec<Hit>, truncated: bool, ticket: Ticket },
    None(SearchOutcome),
}

impl Client {
    pub(super) async fn query_all(&self, search: &Search) -> SearchAnswer {
        let ended = |outcome, tickets| SearchAnswer { outcome, tickets };
        let Some((until, _place)) = self.begin().await else {
            return ended(SearchOutcome::Down, Vec::new());
        };
        let (mut all, mut cut, mut tickets) = (Vec::new(), false, Vec::new());
        for register in &search.registers {
            match self.query_one(*register, search, until).await {
                Found::Hits { hits, truncated, ticket } => {
                    all.extend(hits);
                    cut |= truncated;
                    tickets.push(ticket);
                }
                Found::None(outcome) => {
                    tell(search.id, *register, outcome.code());
                    return ended(outcome, tickets);
                }
            }
        }
        if all.is_empty() {
            return ended(SearchOutcome::Nobody, tickets);
        }
        cut |= all.len() > MOST_HITS;
        all.truncate(MOST_HITS);
        ended(SearchOutcome::Found { hits: all, truncated: cut }, tickets)
    }

    async fn query_one(&self, register: RegisterName, search: &Search, until: Instant) -> Found {
        let request = QueryRequest {
            asking: self.asking(
                search.id,
                search.registration,
                search.officer,
                &search.enterprise_number,
            ),
            name: name_of(&search.criteria),
            birth: BirthWanted { birth_date: search.criteria.birth_date.text() },
            gender: match search.criteria.sex {
                Sex::Male => Some(1),
                Sex::Female => Some(2),
                Sex::Unknown => None,
            },
            municipality_code: None,
            maximum_result_count: Some(MOST_HITS),
        };
        match self.exchange(register, "/persons/query", &request, until).await {
            Exchange::Answered(answer) => read(&answer, register),
            Exchange::CutOff => Found::None(SearchOutcome::Unreadable),
            Exchange::Down => Found::None(SearchOutcome::Down),
        }
    }
}

fn name_of(criteria: &Criteria) -> NameWanted {
    NameWanted {
        last_name: criteria.surname.as_str().to_owned(),
        given_names: criteria.given_names.iter().map(|n| n.as_str().to_owned()).collect(),
        given_name_matching: match criteria.matching {
            GivenNameMatching::FirstLetter => WireMatching::FirstLetterFirstGivenName,
            GivenNameMatching::FirstName => WireMatching::CompleteFirstGivenName,
            GivenNameMatching::All => WireMatching::AllGivenNames,
            GivenNameMatching::Ignored => WireMatching::IgnoreGivenNames,
        },
    }
}

pub(super) fn read(answer: &Read, register: RegisterName) -> Found {
    match answer.kind::<QueryAnswer>() {
        Kind::Content(content) if content.items.len() <= MOST_HITS => {
            let hits: Result<Vec<Hit>, _> =
                content.items.into_iter().map(|item| item.read(register)).collect();
            match hits {
                Ok(hits) => Found::Hits {
                    hits,
                    truncated: content.truncated,
                    ticket: Ticket::new(&content.ticket),
                },
                Err(_) => Found::None(SearchOutcome::Unreadable),
            }
        }
        Kind::Forbidden { .. } => Found::None(SearchOutcome::NotAllowed),
        Kind::TooWide => Found::None(SearchOutcome::TooWide),
        Kind::Content(_) | Kind::Bad(_) | Kind::Unreadable => {
            Found::None(SearchOutcome::Unreadable)
        }
    }
}
