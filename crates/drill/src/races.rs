//! Many at once: for the last seats of a lobby, with one refresh token, with one device.

mod many;
mod round;
mod seats;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use rand::RngExt;

use self::round::Kind;
use crate::database;
use crate::gameserver::Gameserver;
use crate::place::Place;
use crate::player::Player;
use crate::random::{Choices, choices};

/// Players who come and go meanwhile.
const OTHERS: usize = 4;
/// Rounds after which everybody signs in again: access tokens last a quarter of an hour.
const SHIFT: u32 = 50;
/// Of how many rounds one comes with the refreshes and the sign-ins.
const NOW_AND_THEN: u32 = 10;

/// Everybody in a race.
struct Cast {
    host: Player,
    racers: Vec<Player>,
    others: Vec<Player>,
}

/// Runs the races on one engine and says in a few words what was done.
pub(crate) async fn run(place: &Place, rounds: u32, players: usize, seed: u64) -> Result<String> {
    let server = Gameserver::start(place).await?;
    let mut random = choices(seed, 1);
    let mut cast = Cast::sign_in(&server, players).await?;
    let mut won = BTreeMap::<Kind, u32>::new();
    let mut sets = 0;
    for round in 0..rounds {
        if round % SHIFT == 0 && round > 0 {
            println!("{round} of {rounds} rounds");
            cast = Cast::sign_in(&server, players).await?;
        }
        let kind = *random_kind(&mut random);
        let winners = round::run(&cast, kind, &mut random).await.with_context(|| format!("round {round}, {kind}"))?;
        *won.entry(kind).or_default() += winners;
        if round % NOW_AND_THEN == 0 {
            many::refreshes(&server.api, round).await.with_context(|| format!("round {round}, refreshes"))?;
            many::first_sign_ins(&server.api, round).await.with_context(|| format!("round {round}, sign-ins"))?;
            sets += 1;
        }
    }
    server.kill().await?;
    place.check_log()?;
    database::check(place).await?;
    let won: Vec<String> = won.iter().map(|(kind, won)| format!("{won} seats won {kind}")).collect();
    Ok(format!(
        "{rounds} races of {players} players ({}), {sets} times {} refreshes of one token and {} first sign-ins of one device, every invariant held",
        won.join(", "),
        many::REFRESHES,
        many::SIGN_INS
    ))
}

fn random_kind(random: &mut Choices) -> &'static Kind {
    &Kind::ALL[random.random_range(0..Kind::ALL.len())]
}

impl Cast {
    async fn sign_in(server: &Gameserver, racers: usize) -> Result<Self> {
        Ok(Self {
            host: Player::several(&server.api, "host", 1).await?.remove(0),
            racers: Player::several(&server.api, "racer", racers).await?,
            others: Player::several(&server.api, "other", OTHERS).await?,
        })
    }

    fn everybody(&self) -> impl Iterator<Item = &Player> {
        std::iter::once(&self.host).chain(&self.racers).chain(&self.others)
    }
}
