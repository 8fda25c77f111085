//! Connections: the open sockets, on this node and on the others.
//!
//! Each node knows its own ([`Registry`]). What concerns all is asked of all of them over the bus ([`bus::ask`]): a list is
//! put together of everybody's first rows, and a socket is closed by the node it is connected to.

mod registry;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use wire::{Connection, ConnectionFilter, Page, PageQuery, UserId};

pub use self::registry::{Connected, Hearing, Registry, Traffic};
use crate::audit::{Act, Target};
use crate::bus;
use crate::{App, Error, Result, Scope, users};

/// What one node asks another about its sockets.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// The newest of those that the filter admits, and how many there are: a [`Sheet`].
    List { filter: ConnectionFilter, at_most: usize },
    /// One of them, by its number: a [`Connection`], if it is there.
    One(u64),
    /// The same, which is closed.
    Close(u64),
}

/// What one node has for a list.
#[derive(Serialize, Deserialize)]
struct Sheet {
    rows: Vec<Connection>,
    counted: usize,
}

/// The open sockets of all nodes, newest first, for admins. Of a list of more than 10,000 the rest is not shown. Where a
/// node does not answer within a second, the page is of the others, and its total is a minimum.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; what breaks the rules of the filter; a page
/// below 1.
pub async fn list(app: &App, scope: &Scope, filter: ConnectionFilter, page: PageQuery) -> Result<Page<Connection>> {
    scope.require_admin()?;
    let (filter, page) = (filter.check()?, page.check()?);
    let (before, size) = (page.offset().min(PageQuery::COUNTED), page.size());
    let [skipped, at_most] = [before, before + size].map(|rows| usize::try_from(rows).unwrap_or_default());
    let Sheet { mut rows, mut counted } = sheet(app, &filter, at_most);
    let others = bus::ask::<Sheet>(app, None, Question::List { filter, at_most }).await;
    for other in others.given {
        rows.extend(other.rows);
        counted += other.counted;
    }
    rows.sort_by(|one, other| (other.connected_at, &other.id).cmp(&(one.connected_at, &one.id)));
    let mut rows: Vec<_> = rows.into_iter().skip(skipped).take(at_most - skipped).collect();
    name(app, &mut rows).await?;
    let mut page = Page::new(rows, page, i64::try_from(counted).unwrap_or(i64::MAX));
    page.meta.total_is_minimum |= others.silent > 0;
    Ok(page)
}

/// Closes a socket, whichever node it is connected to, for admins. Its client may come back: who is to stay away is banned,
/// or signed out.
///
/// # Errors
/// [`Error::Unauthenticated`] or [`Error::Forbidden`] for anybody but admins; `not_found` for one that is not there any
/// more; [`Error::Busy`] when its node does not answer.
pub async fn close(app: &App, scope: &Scope, id: &str) -> Result<()> {
    let (node, number) = parse(id);
    let act = Act::new("connection.close", Target::Connection(number));
    act.require_admin(app, scope).await?;
    let found = asked_of(app, node, Question::One(number)).await?;
    let Connection { id, user_id, ip, .. } = found.ok_or_else(gone)?;
    let mut tx = app.db.begin().await?;
    act.done(app, &mut tx, scope, None, Some(json!({ "id": id, "user_id": user_id, "ip": ip }))).await?;
    tx.commit().await?;
    // One that went by itself in the meantime is closed, too.
    asked_of(app, node, Question::Close(number)).await.map(drop)
}

/// The node and the number of a name. Of what is none, no node has anything.
fn parse(id: &str) -> (&str, u64) {
    let parts = id.split_once('.').and_then(|(node, number)| Some((node, number.parse().ok()?)));
    // Names are written one way: `a.07` is nobody's.
    parts.filter(|(node, number)| format!("{node}.{number}") == id).unwrap_or_default()
}

fn gone() -> Error {
    Error::not_found("connection")
}

/// Asks one node about one of its sockets.
async fn asked_of(app: &App, node: &str, question: Question) -> Result<Option<Connection>> {
    if node == bus::node(app) {
        return Ok(answer_of_one(app, &question));
    }
    let bus::Answers { given, silent } = bus::ask(app, Some(node), question).await;
    match given.into_iter().next() {
        Some(found) => Ok(found),
        None if silent > 0 => Err(Error::Busy(1)),
        // There is no such node, or no more.
        None => Ok(None),
    }
}

fn answer_of_one(app: &App, question: &Question) -> Option<Connection> {
    match question {
        Question::One(number) => app.connections.get(*number),
        Question::Close(number) => app.connections.close(*number),
        Question::List { .. } => None,
    }
}

/// What this node answers another.
pub(crate) fn answer(app: &App, question: &Question) -> serde_json::Result<Box<RawValue>> {
    match question {
        Question::List { filter, at_most } => to_raw_value(&sheet(app, filter, *at_most)),
        Question::One(_) | Question::Close(_) => to_raw_value(&answer_of_one(app, question)),
    }
}

fn sheet(app: &App, filter: &ConnectionFilter, at_most: usize) -> Sheet {
    let (rows, counted) = app.connections.newest(at_most, |it| filter.admits(it));
    Sheet { rows, counted }
}

/// Says whose they are.
async fn name(app: &App, rows: &mut [Connection]) -> Result<()> {
    let users: HashSet<UserId> = rows.iter().filter_map(|row| row.user_id).collect();
    let names = users::names(app, users).await?;
    for row in rows {
        row.user_name = row.user_id.and_then(|user| names.get(&user).cloned());
    }
    Ok(())
}
