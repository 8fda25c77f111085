//! Objects that no row names.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::time::SystemTime;

use chrono::TimeDelta;
use domain::avatars;
use domain::jobs;
use serde_json::json;
use testing::pictures::png;
use testing::{TestDomain, both_engines};

use super::{do_jobs, kept, name, player, shelf, upload};

#[both_engines]
async fn a_job_never_deletes_what_is_shown_and_bears_being_done_twice(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    let url = upload(app, &player, png()).await.unwrap();
    let delete = async |name: &str| {
        let mut tx = app.db.begin().await.unwrap();
        jobs::enqueue(app, &mut tx, "avatars.delete", json!({ "name": name })).await.unwrap();
        tx.commit().await.unwrap();
        do_jobs(app).await;
        assert_eq!(jobs::count(app).await.unwrap(), (0, 0), "it went well");
    };
    delete(name(&url)).await;
    assert!(avatars::get(app, name(&url)).await.is_ok(), "it is shown");
    avatars::remove(app, &player).await.unwrap();
    for _ in 0..2 {
        delete(name(&url)).await;
        assert!(kept(&domain).is_empty());
    }
}

#[both_engines]
async fn what_an_upload_left_behind_is_swept_after_a_day_and_nothing_else(domain: TestDomain) {
    let app = &domain.app;
    let player = player(app).await;
    do_jobs(app).await;
    let shown = upload(app, &player, png()).await.unwrap();
    let [stray, young] = ["0", "1"].map(|digit| digit.repeat(32) + ".png");
    for file in [stray.as_str(), &young, "notes.txt"] {
        fs::write(shelf(&domain).join(file), "left behind").unwrap();
    }
    app.clock.advance(TimeDelta::hours(25));
    let put_there = |file: &str, ago: TimeDelta| {
        let file = File::options().write(true).open(shelf(&domain).join(file)).unwrap();
        file.set_modified(SystemTime::from(app.clock.now() - ago)).unwrap();
    };
    put_there(name(&shown), TimeDelta::hours(25));
    put_there(&stray, TimeDelta::hours(24));
    put_there("notes.txt", TimeDelta::days(9));
    put_there(&young, TimeDelta::hours(24) - TimeDelta::seconds(1));
    do_jobs(app).await;
    let left = [name(&shown), &young, "notes.txt"].map(str::to_owned);
    assert_eq!(kept(&domain), BTreeSet::from(left));
}
