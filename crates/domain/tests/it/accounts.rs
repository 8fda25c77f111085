mod address;
mod device;
mod password;
mod races;

use std::collections::BTreeSet;

use domain::mail::Posted;
use domain::sessions::{self, Entrance};
use domain::{App, Error, Result, Scope, Who, accounts, users};
use testing::{TestDomain, both_engines};
use tokio::task::JoinSet;
use wire::{DeviceLogin, DisplayName, LinkToken, NewAdmin, PasswordLogin, PublicUser, Registration, UserSearch};

const ADA: &str = "ada@games.example";
const PASSWORD: &str = "correct horse battery";

fn registration(email: &str) -> Registration {
    Registration { name: Some("Ada".into()), email: Some(email.into()), password: Some(PASSWORD.into()) }
}

/// Registers with an address; who then asks.
async fn register(app: &App, email: &str) -> Scope {
    let entered = accounts::register(app, &Scope::NOBODY, registration(email)).await.unwrap();
    scope_of(app, &entered).await
}

/// The same, and the address is confirmed.
async fn player(domain: &TestDomain, email: &str) -> Scope {
    let scope = register(&domain.app, email).await;
    confirm(domain, email).await.unwrap();
    scope
}

async fn confirm(domain: &TestDomain, email: &str) -> Result<()> {
    accounts::confirm(&domain.app, &Scope::NOBODY, link(domain, email).await).await
}

/// The link of the newest letter to an address.
async fn link(domain: &TestDomain, email: &str) -> LinkToken {
    LinkToken { token: Some(domain.mailed_token(email).await) }
}

/// Whether a letter's link opens or changes anything: whether it ends in a token.
fn opens(letter: &Posted) -> bool {
    letter.link.as_deref().and_then(|link| link.rsplit('/').next()).is_some_and(|end| end.contains('.'))
}

async fn guest(app: &App) -> Scope {
    let entered = accounts::play_as_guest(app, &Scope::NOBODY).await.unwrap();
    scope_of(app, &entered).await
}

async fn scope_of(app: &App, entered: &Entrance) -> Scope {
    sessions::authenticate(app, &entered.tokens.access_token, None).await.unwrap()
}

async fn sign_in(app: &App, email: &str, password: &str) -> Result<Entrance> {
    let input = PasswordLogin { email: Some(email.into()), password: Some(password.into()), device_id: None };
    sessions::sign_in(app, &Scope::NOBODY, input).await
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Err(
            Error::Unauthenticated(it)
            | Error::Forbidden(it)
            | Error::Gone(it)
            | Error::Unfit(it)
            | Error::Conflict(it)
            | Error::NotFound(it),
        ) => it.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[both_engines]
async fn an_account_is_signed_in_at_once_and_by_password_when_its_address_is_confirmed(domain: TestDomain) {
    let app = &domain.app;
    let scope = register(app, "Ada@Games.Example").await;
    assert!(matches!(scope.who, Who::Player(_)));
    let user = accounts::auth_user(app, &scope).await.unwrap();
    assert_eq!((user.email.as_deref(), user.email_confirmed_at, user.is_anonymous), (Some(ADA), None, false));
    assert_eq!(code(sign_in(app, ADA, PASSWORD).await), "invalid_credentials");

    let letters = domain.letters(ADA).await;
    assert_eq!(letters.len(), 1);
    confirm(&domain, ADA).await.unwrap();
    assert_eq!(accounts::auth_user(app, &scope).await.unwrap().email_confirmed_at, Some(app.clock.now()));
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, scope.user().unwrap());
    assert_eq!(code(confirm(&domain, ADA).await), "link_used");
}

#[both_engines]
async fn an_address_that_is_somebodys_is_told_by_mail_and_never_by_the_answer(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    app.clock.advance(chrono::TimeDelta::minutes(2));
    let second = register(app, ADA).await;
    assert_ne!(second.user(), ada.user());
    let seen = accounts::auth_user(app, &second).await.unwrap();
    assert_eq!((seen.email.as_deref(), seen.email_confirmed_at), (Some(ADA), None), "as for any new address");
    let letters = domain.letters(ADA).await;
    assert_eq!(letters.len(), 2);
    assert!(!opens(&letters[1]) && letters[1].text.contains("already"), "{}", letters[1].text);
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, ada.user().unwrap(), "the address stays its owner's");
}

#[both_engines]
async fn of_those_who_wait_for_one_address_the_first_to_confirm_has_it(domain: TestDomain) {
    let app = &domain.app;
    let first = register(app, ADA).await;
    let of_first = link(&domain, ADA).await;
    app.clock.advance(chrono::TimeDelta::minutes(2));
    register(app, ADA).await;
    let of_second = link(&domain, ADA).await;
    accounts::confirm(app, &Scope::NOBODY, of_first).await.unwrap();
    assert_eq!(code(accounts::confirm(app, &Scope::NOBODY, of_second.clone()).await), "address_taken");
    assert_eq!(code(accounts::confirm(app, &Scope::NOBODY, of_second).await), "address_taken", "nothing was used up");
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, first.user().unwrap());
}

#[both_engines]
async fn what_breaks_a_rule_makes_no_account_and_posts_no_letter(domain: TestDomain) {
    let app = &domain.app;
    for bad in [
        Registration::default(),
        Registration { name: Some("n".repeat(81)), ..registration(ADA) },
        Registration { name: Some("a\u{202e}b".into()), ..registration(ADA) },
        Registration { email: Some("no address".into()), ..registration(ADA) },
        Registration { password: Some("7 bytes".into()), ..registration(ADA) },
        Registration { password: Some("p".repeat(257)), ..registration(ADA) },
    ] {
        let refused = accounts::register(app, &Scope::NOBODY, bad).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    assert_eq!((domain.rows("users").await, domain.rows("sessions").await), (0, 0));
    assert_eq!(domain.letters(ADA).await.len(), 0);
    // The longest of each is taken, to its last byte.
    let longest = "p".repeat(256);
    let input = Registration { password: Some(longest.clone()), name: Some("n".repeat(80)), ..registration(ADA) };
    accounts::register(app, &Scope::NOBODY, input).await.unwrap();
    confirm(&domain, ADA).await.unwrap();
    assert_eq!(code(sign_in(app, ADA, &format!("{}q", &longest[..255])).await), "invalid_credentials");
    assert!(sign_in(app, ADA, &longest).await.is_ok());
}

#[both_engines]
async fn a_thousand_guests_at_once_have_a_thousand_names(domain: TestDomain) {
    let app = &domain.app;
    let mut coming = JoinSet::new();
    for _ in 0..20 {
        let app = app.clone();
        coming.spawn(async move {
            let mut names = Vec::new();
            for _ in 0..50 {
                let scope = guest(&app).await;
                assert!(matches!(scope.who, Who::Guest(_)));
                names.push(users::me(&app, &scope).await.unwrap().display_name.unwrap());
            }
            names
        });
    }
    let names: BTreeSet<_> = coming.join_all().await.into_iter().flatten().collect();
    assert_eq!(names.len(), 1000);
}

#[both_engines]
async fn a_guest_who_upgrades_is_the_same_user_with_all_they_have(domain: TestDomain) {
    let app = &domain.app;
    let before = accounts::play_as_guest(app, &Scope::NOBODY).await.unwrap();
    let scope = scope_of(app, &before).await;
    let lobby = domain::lobbies::create(app, &scope, wire::NewLobby::default()).await.unwrap();

    let after = accounts::upgrade(app, &scope, registration(ADA)).await.unwrap();
    assert_eq!((after.user, after.session), (before.user, before.session));
    assert_ne!(after.tokens.refresh_token, before.tokens.refresh_token);
    let scope = scope_of(app, &after).await;
    assert_eq!(scope.who, Who::Player(before.user));
    let me = users::me(app, &scope).await.unwrap();
    assert_eq!((me.display_name.as_deref(), me.lobby_id), (Some("Ada"), Some(lobby.id)));
    assert_eq!(code(accounts::upgrade(app, &scope, registration(ADA)).await), "not_anonymous");

    confirm(&domain, ADA).await.unwrap();
    assert_eq!(sign_in(app, ADA, PASSWORD).await.unwrap().user, before.user);
}

#[both_engines]
async fn an_upgrade_whose_answer_was_lost_loses_no_guest(domain: TestDomain) {
    let app = &domain.app;
    let before = accounts::play_as_guest(app, &Scope::NOBODY).await.unwrap();
    let scope = scope_of(app, &before).await;
    accounts::upgrade(app, &scope, registration(ADA)).await.unwrap();
    // Nothing of it arrived. An hour later the guest comes with what they have.
    app.clock.advance(chrono::TimeDelta::hours(1));
    let input = wire::RefreshToken { refresh_token: Some(before.tokens.refresh_token) };
    let tokens = sessions::refresh(app, &Scope::NOBODY, input).await.unwrap();
    assert_eq!(tokens.user_id, before.user);
}

#[both_engines]
async fn a_device_keeps_its_way_in_when_its_guest_upgrades_and_joins_an_account_that_has_none(domain: TestDomain) {
    let app = &domain.app;
    let device = |id: &str| DeviceLogin { device_id: Some(id.into()) };
    let tokens = sessions::login_device(app, &Scope::NOBODY, device("device-0123456789")).await.unwrap();
    let scope = sessions::authenticate(app, &tokens.access_token, None).await.unwrap();
    accounts::upgrade(app, &scope, registration(ADA)).await.unwrap();
    let again = sessions::login_device(app, &Scope::NOBODY, device("device-0123456789")).await.unwrap();
    assert_eq!(again.user_id, tokens.user_id);

    let bob = player(&domain, "bob@games.example").await;
    let login = |device_id: &str| PasswordLogin {
        email: Some("bob@games.example".into()),
        password: Some(PASSWORD.into()),
        device_id: Some(device_id.into()),
    };
    // Somebody else's device stays theirs; one that breaks the rules is ignored; a free one is taken once.
    for (id, owner) in [("device-0123456789", tokens.user_id), ("short", bob.user().unwrap())] {
        assert_eq!(sessions::sign_in(app, &Scope::NOBODY, login(id)).await.unwrap().user, bob.user().unwrap());
        if id.len() > 16 {
            assert_eq!(sessions::login_device(app, &Scope::NOBODY, device(id)).await.unwrap().user_id, owner);
        }
    }
    sessions::sign_in(app, &Scope::NOBODY, login("bobs-0123456789abc")).await.unwrap();
    let bobs = sessions::login_device(app, &Scope::NOBODY, device("bobs-0123456789abc")).await.unwrap();
    assert_eq!(Some(bobs.user_id), bob.user());
    sessions::sign_in(app, &Scope::NOBODY, login("another-0123456789")).await.unwrap();
    let another = sessions::login_device(app, &Scope::NOBODY, device("another-0123456789")).await.unwrap();
    assert_ne!(Some(another.user_id), bob.user(), "one device an account");
}

#[both_engines]
async fn a_name_is_changed_and_told(domain: TestDomain) {
    let app = &domain.app;
    let scope = guest(app).await;
    let mut heard = app.pubsub.subscribe(wire::Topic::User(scope.user().unwrap()));
    let rename = |name: &str| DisplayName { display_name: Some(name.into()) };
    let renamed = accounts::rename(app, &scope, rename("  Ada \u{e9}  ")).await.unwrap();
    assert_eq!(renamed.display_name, "Ada é");
    let event = heard.next().await.unwrap();
    assert_eq!(event.event.name(), "updated");
    for bad in ["", " ", &"n".repeat(81), "a\0b", "a\u{200b}b"] {
        assert!(matches!(accounts::rename(app, &scope, rename(bad)).await, Err(Error::Invalid(_))), "{bad:?}");
    }
    assert_eq!(users::me(app, &scope).await.unwrap().display_name.as_deref(), Some("Ada é"));
    assert_eq!(code(accounts::rename(app, &Scope::NOBODY, rename("x")).await), "authentication_required");
}

#[both_engines]
async fn players_are_found_by_name_and_addresses_are_for_their_owners_and_admins(domain: TestDomain) {
    let app = &domain.app;
    let ada = player(&domain, ADA).await;
    let admin = NewAdmin { email: Some("root@games.example".into()), password: Some(PASSWORD.into()) };
    let admin =
        Scope { who: Who::Admin(users::create_admin(app, &Scope::SYSTEM, admin).await.unwrap()), ..Scope::NOBODY };
    let found = async |scope: &Scope, q: &str| {
        let page =
            users::search(app, scope, UserSearch { q: Some(q.into()) }, wire::PageQuery::default()).await.unwrap();
        page.data.into_iter().map(|PublicUser { id, email, .. }| (id, email)).collect::<Vec<_>>()
    };
    let id = ada.user().unwrap();
    for q in ["ada", "AD", &id.to_string()] {
        assert_eq!(found(&Scope::NOBODY, q).await, [(id, None)], "{q}");
    }
    assert_eq!(found(&ada, "ada").await, [(id, Some(ADA.to_owned()))]);
    for nothing in ["", "  ", "a%a", "_da", ADA] {
        assert_eq!(found(&Scope::NOBODY, nothing).await, [], "{nothing}");
    }
    assert_eq!(found(&admin, ADA).await, [(id, Some(ADA.to_owned()))]);
    assert_eq!(users::get(app, &Scope::NOBODY, id).await.unwrap().email, None);
    assert_eq!(code(users::get(app, &admin, wire::UserId(999)).await), "not_found");
}
