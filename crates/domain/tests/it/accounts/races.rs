use domain::{Error, Scope, accounts, sessions};
use testing::{TestDomain, both_engines};
use wire::{RefreshToken, Registration};

use super::{ADA, PASSWORD, code, guest, link, registration, scope_of, sign_in};

/// Rounds of each race.
const ROUNDS: usize = 10;

#[both_engines]
async fn of_two_upgrades_of_one_guest_one_wins(domain: TestDomain) {
    let app = &domain.app;
    for round in 0..ROUNDS {
        let scope = guest(app).await;
        let upgrade = |who: &str| {
            let (app, email) = (app.clone(), format!("{who}-{round}@games.example"));
            tokio::spawn(async move { accounts::upgrade(&app, &scope, registration(&email)).await })
        };
        let (one, two) = tokio::join!(upgrade("one"), upgrade("two"));
        let (won, lost): (Vec<_>, Vec<_>) = [one.unwrap(), two.unwrap()].into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "round {round}");
        assert_eq!(lost.into_iter().map(code).collect::<Vec<_>>(), ["already_upgraded"]);
        let letters = domain.rows("letters").await;
        assert_eq!(usize::try_from(letters).unwrap(), round + 1, "the loser's letter is not posted");
    }
}

#[both_engines]
async fn of_two_guests_who_confirm_one_address_one_has_it(domain: TestDomain) {
    let app = &domain.app;
    for round in 0..ROUNDS {
        let email = format!("both-{round}@games.example");
        let mut links = Vec::new();
        for _ in 0..2 {
            accounts::upgrade(app, &guest(app).await, registration(&email)).await.unwrap();
            links.push(link(&domain, &email).await);
            app.clock.advance(chrono::TimeDelta::minutes(2));
        }
        let confirm = |token| {
            let app = app.clone();
            tokio::spawn(async move { accounts::confirm(&app, &Scope::NOBODY, token).await })
        };
        let (two, one) = (links.pop().unwrap(), links.pop().unwrap());
        let (one, two) = tokio::join!(confirm(one), confirm(two));
        let (won, lost): (Vec<_>, Vec<_>) = [one.unwrap(), two.unwrap()].into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 1), "round {round}: {lost:?}");
        assert_eq!(lost.into_iter().map(code).collect::<Vec<_>>(), ["address_taken"]);
        app.clock.advance(chrono::TimeDelta::hours(1));
    }
}

#[both_engines]
async fn an_upgrade_beside_a_refresh_leaves_the_session_alive(domain: TestDomain) {
    let app = &domain.app;
    for round in 0..ROUNDS {
        let entered = accounts::play_as_guest(app, &Scope::NOBODY).await.unwrap();
        let scope = scope_of(app, &entered).await;
        let shown = entered.tokens.refresh_token.clone();
        let upgraded = {
            let (app, email) = (app.clone(), format!("beside-{round}@games.example"));
            tokio::spawn(async move { accounts::upgrade(&app, &scope, registration(&email)).await })
        };
        let refreshed = {
            let (app, input) = (app.clone(), RefreshToken { refresh_token: Some(shown) });
            tokio::spawn(async move { sessions::refresh(&app, &Scope::NOBODY, input).await })
        };
        let (upgraded, refreshed) = tokio::join!(upgraded, refreshed);
        let (upgraded, refreshed) = (upgraded.unwrap().unwrap().tokens, refreshed.unwrap().unwrap());
        // Whichever came last, both pairs are of the session, and the newest goes on.
        for tokens in [&upgraded, &refreshed] {
            assert!(sessions::authenticate(app, &tokens.access_token, None).await.is_ok(), "round {round}");
        }
        let input = RefreshToken { refresh_token: Some(upgraded.refresh_token) };
        let goes_on = sessions::refresh(app, &Scope::NOBODY, input).await.unwrap();
        assert_eq!(goes_on.user_id, entered.user);
    }
}

#[both_engines]
async fn twenty_who_register_with_one_address_are_twenty_and_one_confirms_it(domain: TestDomain) {
    let app = &domain.app;
    let coming = (0..20).map(|n| {
        let app = app.clone();
        let input = Registration { name: Some(format!("Ada {n}")), ..registration(ADA) };
        tokio::spawn(async move { accounts::register(&app, &Scope::NOBODY, input).await })
    });
    for coming in coming.collect::<Vec<_>>() {
        match coming.await.unwrap() {
            Ok(_) | Err(Error::Busy(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(domain.letters(ADA).await.len(), 1, "one mail a minute");
    accounts::confirm(app, &Scope::NOBODY, link(&domain, ADA).await).await.unwrap();
    assert!(sign_in(app, ADA, PASSWORD).await.is_ok());
    assert_eq!(domain.rows("users where email_confirmed_at is not null").await, 1);
}
