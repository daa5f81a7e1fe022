//! What a receiver has received, in memory and, when a folder is given, on disk: one JSON file for
//! each message, numbered in order of arrival.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

/// Most messages that one receiver keeps; a test or demo that sends more has a fault.
const MOST: usize = 100_000;

/// Locks, also after a thread has died with the lock: the values behind are only ever replaced
/// whole.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) struct Kept<T> {
    messages: Mutex<Vec<T>>,
    count: watch::Sender<usize>,
    folder: Option<PathBuf>,
    /// Held while one message is looked for and written, so that two cannot be the same.
    writing: tokio::sync::Mutex<usize>,
}

impl<T: Clone + Serialize + DeserializeOwned> Kept<T> {
    /// Makes the folder when there is none, and reads what an earlier run left in it.
    pub(crate) async fn open(folder: Option<PathBuf>) -> Result<Self> {
        let (messages, next) = match &folder {
            None => (vec![], 1),
            Some(folder) => read_folder(folder).await?,
        };
        Ok(Self {
            count: watch::Sender::new(messages.len()),
            messages: Mutex::new(messages),
            folder,
            writing: tokio::sync::Mutex::new(next),
        })
    }

    /// Keeps the message unless one for which `same` holds is kept already; gives the kept one, and
    /// whether it is the new one.
    pub(crate) async fn keep_once(
        &self,
        message: T,
        same: impl Fn(&T) -> bool,
    ) -> Result<(T, bool)> {
        let mut next = self.writing.lock().await;
        if let Some(earlier) = locked(&self.messages).iter().find(|m| same(m)) {
            return Ok((earlier.clone(), false));
        }
        if self.count() >= MOST {
            bail!("the receiver is full");
        }
        if let Some(folder) = &self.folder {
            write_file(folder, *next, &message).await?;
        }
        *next += 1;
        let count = {
            let mut messages = locked(&self.messages);
            messages.push(message.clone());
            messages.len()
        };
        self.count.send_replace(count);
        Ok((message, true))
    }

    pub(crate) fn count(&self) -> usize {
        locked(&self.messages).len()
    }

    pub(crate) fn all(&self) -> Vec<T> {
        locked(&self.messages).clone()
    }

    /// The first kept message that is wanted, waiting for it until the deadline.
    pub(crate) async fn wait_for(
        &self,
        wanted: impl Fn(&T) -> bool,
        deadline: Duration,
    ) -> Result<T> {
        let mut count = self.count.subscribe();
        let arrived = async {
            loop {
                count.borrow_and_update();
                let found = locked(&self.messages).iter().find(|m| wanted(m)).cloned();
                if let Some(message) = found {
                    return Ok(message);
                }
                count.changed().await?;
            }
        };
        tokio::time::timeout(deadline, arrived)
            .await
            .with_context(|| format!("none of {} messages is the wanted one", self.count()))?
    }
}

/// The messages of a folder in order, and the number that the next one gets.
async fn read_folder<T: DeserializeOwned>(folder: &Path) -> Result<(Vec<T>, usize)> {
    tokio::fs::create_dir_all(folder).await.context("the folder of the receiver")?;
    let mut numbers = vec![];
    let mut entries = tokio::fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".json"));
        if let Some(number) = stem.and_then(|stem| stem.parse::<usize>().ok()) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    let mut messages = vec![];
    for number in &numbers {
        let text = tokio::fs::read(file(folder, *number)).await?;
        let message = serde_json::from_slice(&text)
            .with_context(|| format!("the kept message {number} cannot be read"))?;
        messages.push(message);
    }
    Ok((messages, numbers.last().map_or(1, |last| last + 1)))
}

/// Writes under another name first: a message is there whole or not at all.
async fn write_file<T: Serialize>(folder: &Path, number: usize, message: &T) -> Result<()> {
    let whole = file(folder, number);
    let part = whole.with_extension("part");
    tokio::fs::write(&part, serde_json::to_vec_pretty(message)?).await?;
    tokio::fs::rename(&part, &whole).await?;
    Ok(())
}

fn file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number:06}.json"))
}
