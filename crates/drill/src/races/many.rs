//! One token refreshed, and one device signed in, by many at the same moment.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::answers::Tokens;
use crate::api::Api;
use crate::check::{same, together};
use crate::player::device;

/// Parallel refreshes of one token.
pub(super) const REFRESHES: usize = 100;
/// Parallel first sign-ins of one device.
pub(super) const SIGN_INS: usize = 50;
/// How many look at the same time whether they are still signed in.
const AT_ONCE: usize = 10;

/// One token, many refreshes: one successor, and nobody is signed out.
pub(super) async fn refreshes(api: &Api, round: u32) -> Result<()> {
    let first: Tokens = api.sign_in(&device("refresher", 0)).await?.read("a sign-in", 200)?;
    if round.is_multiple_of(2) {
        // Half the time the token is of a generation that was seen in use, which excuses less.
        api.get("/me", Some(&first.access_token)).await?.accepted("GET /me", 200)?;
    }
    let answers = together((0..REFRESHES).map(|_| {
        let (api, token) = (api.clone(), first.refresh_token.clone());
        async move { api.refresh(&token).await?.read::<Tokens>("a parallel refresh", 200) }
    }));
    let answers = answers.await?;
    let successors: BTreeSet<_> = answers.iter().map(|tokens| &tokens.refresh_token).collect();
    same("successors of one token", 1, successors.len())?;
    same("a successor is another token", true, !successors.contains(&first.refresh_token))?;
    let users: BTreeSet<_> = answers.iter().map(|tokens| tokens.user_id).collect();
    same("users of one token", BTreeSet::from([first.user_id]), users)?;

    for some in answers.chunks(AT_ONCE) {
        let signed_in =
            together(
                some.iter().map(|tokens| {
                    let (api, token) = (api.clone(), tokens.access_token.clone());
                    async move {
                        api.get("/me", Some(&token)).await?.accepted("GET /me with each of the access tokens", 200)
                    }
                }),
            );
        signed_in.await?;
    }
    let next: Tokens = api.refresh(&answers[0].refresh_token).await?.read("a refresh of the successor", 200)?;
    same("the successor has a successor", true, next.refresh_token != answers[0].refresh_token)
}

/// One device that nobody knows, many sign-ins: one user.
pub(super) async fn first_sign_ins(api: &Api, round: u32) -> Result<()> {
    let device = device("newcomer", usize::try_from(round)?);
    let answers = together((0..SIGN_INS).map(|_| {
        let (api, device) = (api.clone(), device.clone());
        async move { api.sign_in(&device).await?.read::<Tokens>("a parallel first sign-in", 200) }
    }));
    let answers = answers.await?;
    let users: BTreeSet<_> = answers.iter().map(|tokens| tokens.user_id).collect();
    same("users of one device", 1, users.len())?;
    let sessions: BTreeSet<_> = answers.iter().map(|tokens| &tokens.refresh_token).collect();
    same("sessions of as many sign-ins", SIGN_INS, sessions.len())
}
