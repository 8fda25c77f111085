use chrono::TimeDelta;
use domain::form_tokens::{is_good, issue};
use testing::{TestDomain, both_engines};
use wire::SessionId;

#[both_engines]
async fn a_form_can_be_sent_for_an_hour_and_no_longer(domain: TestDomain) {
    let app = &domain.app;
    let session = Some(SessionId(7));
    let token = issue(app, "browser", session);
    assert!(is_good(app, &token, "browser", session));
    assert!(!is_good(app, &token, "browser", None), "of another session");
    assert!(!is_good(app, &token, "another", session), "of another browser");
    app.clock.advance(TimeDelta::minutes(59));
    assert!(is_good(app, &token, "browser", session));
    app.clock.advance(TimeDelta::minutes(1));
    assert!(!is_good(app, &token, "browser", session));
}
