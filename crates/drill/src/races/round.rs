//! One race.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use anyhow::Result;
use rand::RngExt;
use serde_json::json;

use super::Cast;
use super::seats::{self, Seats, with_seats};
use crate::answers::{Lobby, LobbyId, UserId};
use crate::check::{same, together};
use crate::player::Player;
use crate::random::Choices;

/// What else happens while the players race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Others come and go next door: as many win as there are seats.
    NextDoor,
    /// Others leave this very lobby, some by two requests at once, and want back in; sometimes its host leaves.
    ComingAndGoing,
    /// Every racer wants into two lobbies at the same moment.
    TwoDoors,
    /// The host, alone in the lobby, leaves it: it closes or changes hands.
    LastOneOut,
    /// The host locks the lobby, or gives it a password, and puts out whoever is in by then.
    Shut,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::NextDoor, Self::ComingAndGoing, Self::TwoDoors, Self::LastOneOut, Self::Shut];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NextDoor => "beside a busy lobby",
            Self::ComingAndGoing => "while others left and came back",
            Self::TwoDoors => "by racers at two doors",
            Self::LastOneOut => "while the host left",
            Self::Shut => "while the host shut the door",
        })
    }
}

const FULL: &[&str] = &["403 full"];
const CHANGING: &[&str] = &["403 full", "403 cannot_join"];
const ELSEWHERE: &[&str] = &["403 full", "403 already_in_lobby"];
const CLOSING: &[&str] = &["403 full", "403 cannot_join", "404 not_found"];
const SHUT: &[&str] = &["403 full", "403 locked", "403 password_required", "403 cannot_join"];
const GONE_ALREADY: &[&str] = &["400 not_in_lobby"];

/// Runs one, checks everything after it, and gives how many racers won.
pub(super) async fn run(cast: &Cast, kind: Kind, random: &mut Choices) -> Result<u32> {
    let (seats, winners) = match kind {
        Kind::NextDoor => next_door(cast, random).await?,
        Kind::ComingAndGoing => coming_and_going(cast, random).await?,
        Kind::TwoDoors => two_doors(cast, random).await?,
        Kind::LastOneOut => last_one_out(cast, random).await?,
        Kind::Shut => shut(cast, random).await?,
    };
    seats::check(cast, &seats).await?;
    seats::clear(cast, &seats).await?;
    Ok(u32::try_from(winners)?)
}

async fn next_door(cast: &Cast, random: &mut Choices) -> Result<(Seats, usize)> {
    let free = random.random_range(1..=8);
    let lobby = cast.host.open(&with_seats(1 + free)).await?.id;
    let (keeper, guests) = cast.others.split_first().expect("there are others");
    let busy = keeper.open(&with_seats(8)).await?.id;
    let guests = together(guests.iter().cloned().map(|guest| async move {
        for _ in 0..3 {
            guest.join(busy, &[]).await?;
            guest.leave(&[]).await?;
        }
        guest.join(busy, &[]).await.map(|_| guest.id)
    }));
    let (winners, guests) = tokio::try_join!(race(cast, lobby, FULL, random), guests)?;
    same("winners of the free seats", free, winners.len())?;
    let count = winners.len();
    let seats = [(lobby, with(winners, cast.host.id)), (busy, with(guests, keeper.id))];
    Ok((Seats::from(seats), count))
}

async fn coming_and_going(cast: &Cast, random: &mut Choices) -> Result<(Seats, usize)> {
    let free = random.random_range(0..=4);
    let lobby = cast.host.open(&with_seats(1 + cast.others.len() + free)).await?.id;
    for other in &cast.others {
        other.join(lobby, &[]).await?;
    }
    let host_goes = random.random_ratio(1, 3);
    let plans: Vec<_> = cast.others.iter().map(|other| Plan::of(other, random)).collect();
    let others = together(plans.into_iter().map(|plan| plan.follow(lobby)));
    let host = cast.host.clone();
    let host = async move { if host_goes { host.leave(&[]).await.map(|_| None) } else { Ok(Some(host.id)) } };
    let (winners, others, host) = tokio::try_join!(race(cast, lobby, CHANGING, random), others, host)?;
    same("at least the free seats were won", true, winners.len() >= free)?;
    let count = winners.len();
    let members = winners.into_iter().chain(others.into_iter().flatten()).chain(host).collect();
    Ok((Seats::from([(lobby, members)]), count))
}

/// One of the others: when to leave, whether by two requests at once, and whether to come back.
struct Plan {
    player: Player,
    wait: Duration,
    twice: bool,
    returns: bool,
}

impl Plan {
    fn of(player: &Player, random: &mut Choices) -> Self {
        let player = player.clone();
        Self { player, wait: moment(random), twice: random.random(), returns: random.random() }
    }

    /// Whoever sits there afterwards.
    async fn follow(self, lobby: LobbyId) -> Result<Option<UserId>> {
        tokio::time::sleep(self.wait).await;
        if self.twice {
            let (one, two) = tokio::try_join!(self.player.leave(GONE_ALREADY), self.player.leave(GONE_ALREADY))?;
            same("one of two leaves of one seat", true, one != two)?;
        } else {
            self.player.leave(&[]).await?;
        }
        let is_back = self.returns && self.player.join(lobby, CHANGING).await?;
        Ok(is_back.then_some(self.player.id))
    }
}

async fn two_doors(cast: &Cast, random: &mut Choices) -> Result<(Seats, usize)> {
    let free = [random.random_range(1..=5), random.random_range(1..=5)];
    let left = cast.host.open(&with_seats(1 + free[0])).await?.id;
    let right = cast.others[0].open(&with_seats(1 + free[1])).await?.id;
    let racers = together(cast.racers.iter().cloned().map(|racer| async move {
        let doors = tokio::try_join!(racer.join(left, ELSEWHERE), racer.join(right, ELSEWHERE))?;
        same("two seats of one player", false, doors == (true, true))?;
        Ok((racer.id, doors))
    }));
    let racers = racers.await?;
    let winners =
        |door: fn(&(bool, bool)) -> bool| racers.iter().filter(move |(_, doors)| door(doors)).map(|(id, _)| *id);
    let (in_left, in_right): (BTreeSet<_>, BTreeSet<_>) =
        (winners(|doors| doors.0).collect(), winners(|doors| doors.1).collect());
    same("winners at either door", free, [in_left.len(), in_right.len()])?;
    let count = in_left.len() + in_right.len();
    Ok((Seats::from([(left, with(in_left, cast.host.id)), (right, with(in_right, cast.others[0].id))]), count))
}

async fn last_one_out(cast: &Cast, random: &mut Choices) -> Result<(Seats, usize)> {
    let seats = random.random_range(2..=5);
    let lobby = cast.host.open(&with_seats(seats)).await?.id;
    let (host, wait) = (cast.host.clone(), moment(random));
    let host = async move {
        tokio::time::sleep(wait).await;
        let (one, two) = tokio::try_join!(host.leave(GONE_ALREADY), host.leave(GONE_ALREADY))?;
        same("one of two leaves of one seat", true, one != two)
    };
    let (winners, ()) = tokio::try_join!(race(cast, lobby, CLOSING, random), host)?;
    same("no more winners than seats", true, winners.len() <= seats)?;
    let count = winners.len();
    Ok((Seats::from([(lobby, winners.into_iter().collect())]), count))
}

async fn shut(cast: &Cast, random: &mut Choices) -> Result<(Seats, usize)> {
    let free = random.random_range(1..=8);
    let lobby = cast.host.open(&with_seats(1 + free)).await?.id;
    let by = if random.random() { json!({ "is_locked": true }) } else { json!({ "password": "sesame" }) };
    let (host, wait) = (cast.host.clone(), moment(random));
    let host = async move {
        tokio::time::sleep(wait).await;
        host.change(&by).await?;
        let inside: Lobby = host.lobby(lobby).await?.read("GET /lobbies/{id} by its host", 200)?;
        let guests: Vec<_> = inside.members.iter().map(|member| member.user_id).filter(|id| *id != host.id).collect();
        for guest in &guests {
            host.kick(*guest).await?;
        }
        Ok(guests)
    };
    let (winners, kicked) = tokio::try_join!(race(cast, lobby, SHUT, random), host)?;
    same("no more winners than seats", true, winners.len() <= free)?;
    // Once it is shut, nobody gets in: whoever won was in, and was put out.
    same("whoever got in before", winners.iter().collect::<BTreeSet<_>>(), kicked.iter().collect())?;
    Ok((Seats::from([(lobby, BTreeSet::from([cast.host.id]))]), winners.len()))
}

/// All racers want into one lobby, within a few milliseconds: those who got in.
async fn race(
    cast: &Cast,
    lobby: LobbyId,
    refusals: &'static [&'static str],
    random: &mut Choices,
) -> Result<Vec<UserId>> {
    let starts: Vec<_> = cast.racers.iter().map(|racer| (racer.clone(), moment(random))).collect();
    let racers = together(starts.into_iter().map(|(racer, wait)| async move {
        tokio::time::sleep(wait).await;
        Ok(racer.join(lobby, refusals).await?.then_some(racer.id))
    }));
    Ok(racers.await?.into_iter().flatten().collect())
}

fn with(members: impl IntoIterator<Item = UserId>, one_more: UserId) -> BTreeSet<UserId> {
    members.into_iter().chain([one_more]).collect()
}

/// At once, half the time; else within the time a request takes.
fn moment(random: &mut Choices) -> Duration {
    if random.random() { Duration::ZERO } else { Duration::from_micros(random.random_range(0..5_000)) }
}
