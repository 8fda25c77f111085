use chrono::TimeDelta;
use domain::jobs::{Kinds, Runner};
use domain::{Scope, audit, sessions, setup, users};
use testing::{TestDomain, both_engines};
use wire::{AuditFilter, FirstAdmin, NewBan, PageQuery, RefreshToken, UserPatch};

use crate::people::{admin, code, device, guest, user};

async fn log(domain: &TestDomain, q: &str, outcome: &str) -> Vec<wire::AuditEntry> {
    let filter = AuditFilter { q: Some(q.into()), outcome: Some(outcome.into()) };
    let page = audit::list(&domain.app, &Scope::SYSTEM, filter, PageQuery::default()).await.unwrap();
    assert_eq!(page.meta.total_count, i64::try_from(page.data.len()).unwrap());
    page.data
}

#[both_engines]
async fn each_act_is_one_row_that_says_who_and_from_where(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await.from(Some([192, 0, 2, 1].into()));
    let eve = guest(app, "eve").await;
    let before = domain.rows("audit_log").await;
    users::ban(app, &ada, user(&eve), NewBan { reason: Some("Spam".into()) }).await.unwrap();
    users::unban(app, &ada, user(&eve)).await.unwrap();
    users::set_admin(app, &ada, user(&eve), true).await.unwrap();
    users::set_admin(app, &ada, user(&eve), false).await.unwrap();
    users::edit(app, &ada, user(&eve), UserPatch { games_won: Some(1), ..UserPatch::default() }).await.unwrap();
    sessions::end_everywhere(app, &ada, user(&eve)).await.unwrap();
    users::remove(app, &ada, user(&eve)).await.unwrap();
    assert_eq!(domain.rows("audit_log").await, before + 7);
    let rows = log(&domain, &user(&eve).to_string(), "").await;
    let acts: Vec<_> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(
        acts,
        ["user.remove", "user.sign_out", "user.edit", "user.unmake_admin", "user.make_admin", "user.unban", "user.ban"]
    );
    let ban = &rows[6];
    assert_eq!((ban.actor.as_str(), ban.actor_id, ban.session_id), ("user", ada.user(), ada.session));
    assert_eq!((ban.ip.as_deref(), ban.outcome.as_str(), ban.at), (Some("192.0.2.1"), "done", app.clock.now()));
    assert_eq!(ban.became, Some(serde_json::json!({ "reason": "Spam" })));
    assert_eq!(ban.actor_name.as_deref(), Some("ada@games.example"));
    assert_eq!((ban.target_kind.as_str(), ban.target_name.as_deref()), ("user", None), "the target has gone");
}

#[both_engines]
async fn admins_made_outside_and_stolen_tokens_are_written_down(domain: TestDomain) {
    let app = &domain.app;
    let token = setup::open(app).await.unwrap();
    let input = FirstAdmin { token, email: Some("ada@games.example".into()), password: Some("correct horse".into()) };
    let (first, _) = setup::make_first_admin(app, &Scope::NOBODY, input).await.unwrap();
    let second = admin(app, "bob").await;
    let made: Vec<_> = log(&domain, "create_admin", "done").await;
    let made: Vec<_> = made.iter().map(|row| (row.actor.as_str(), row.actor_id, row.target_id)).collect();
    assert_eq!(made, [("command line", None, user(&second).0), ("setup link", None, first.0)]);

    let tokens = device(app, "eve").await.unwrap();
    let refresh = || RefreshToken { refresh_token: Some(tokens.refresh_token.clone()) };
    let newer = sessions::refresh(app, &Scope::NOBODY, refresh()).await.unwrap();
    sessions::authenticate(app, &newer.access_token, None).await.unwrap();
    app.clock.advance(TimeDelta::seconds(11));
    let from = Scope::NOBODY.from(Some([203, 0, 113, 9].into()));
    assert_eq!(code(&sessions::refresh(app, &from, refresh()).await), "token_reused");
    let reuse = &log(&domain, "authn_token_reuse", "").await[0];
    assert_eq!((reuse.actor.as_str(), reuse.target_kind.as_str()), ("system", "session"));
    assert_eq!(reuse.ip.as_deref(), Some("203.0.113.9"));
    assert_eq!(reuse.became, Some(serde_json::json!({ "user_id": tokens.user_id })));
}

#[both_engines]
async fn knocking_fills_ten_rows_an_hour_and_no_more(domain: TestDomain) {
    let app = &domain.app;
    let (ada, eve) = (admin(app, "ada").await, guest(app, "eve").await);
    let knocks = (0..40).map(|_| {
        let app = app.clone();
        let target = user(&ada);
        tokio::spawn(async move { users::ban(&app, &eve, target, NewBan::default()).await })
    });
    for knock in knocks.collect::<Vec<_>>() {
        assert_eq!(code(&knock.await.unwrap()), "forbidden");
    }
    let refused = log(&domain, "user.ban", "refused").await;
    assert_eq!(i64::try_from(refused.len()).unwrap(), audit::REFUSALS_OF_ONE);
    assert_eq!((refused[0].actor_id, refused[0].outcome.as_str()), (eve.user(), "forbidden"));
    let nobody = users::ban(app, &Scope::NOBODY, user(&ada), NewBan::default()).await;
    assert_eq!(code(&nobody), "authentication_required");
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(code(&users::set_admin(app, &eve, user(&eve), true).await), "forbidden");
    assert_eq!(
        log(&domain, "", "refused").await.len(),
        11,
        "an hour later there is room again; strangers leave nothing"
    );
}

#[both_engines]
async fn a_crowd_of_guests_cannot_fill_the_log(domain: TestDomain) {
    let app = &domain.app;
    let ada = admin(app, "ada").await;
    for n in 0..12 {
        let guest = guest(app, &n.to_string()).await;
        for _ in 0..10 {
            users::unban(app, &guest, user(&ada)).await.unwrap_err();
        }
    }
    assert_eq!(domain.rows("audit_log where outcome <> 'done'").await, audit::REFUSALS_OF_ALL);
}

#[both_engines]
async fn rows_go_when_they_are_a_year_old(domain: TestDomain) {
    let app = &domain.app;
    admin(app, "ada").await;
    let sweep = async || Runner::new(app.clone(), Kinds::of_the_product()).run_due().await.unwrap();
    app.clock.advance(TimeDelta::days(365));
    sweep().await;
    assert_eq!(domain.rows("audit_log").await, 1);
    app.clock.advance(TimeDelta::days(1));
    sweep().await;
    assert_eq!(domain.rows("audit_log").await, 0);
}

#[both_engines]
async fn the_log_is_for_admins(domain: TestDomain) {
    let app = &domain.app;
    let eve = guest(app, "eve").await;
    let read = async |scope: &Scope| audit::list(app, scope, AuditFilter::default(), PageQuery::default()).await;
    assert_eq!(code(&read(&eve).await), "forbidden");
    assert_eq!(code(&read(&Scope::NOBODY).await), "authentication_required");
    let bad = AuditFilter { outcome: Some("maybe".into()), ..AuditFilter::default() };
    let refused = audit::list(app, &Scope::SYSTEM, bad, PageQuery::default()).await;
    assert!(code(&refused).starts_with("invalid: outcome"));
}
