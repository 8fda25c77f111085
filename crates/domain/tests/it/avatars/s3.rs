//! Pictures in S3: in one that runs here, checks signatures, and keeps its objects in a folder.

use std::fs;
use std::path::Path;

use domain::{Bucket, Config, Storage, avatars, storage};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use testing::pictures::png;
use testing::{Engine, Fixture, TestDomain, both_engines};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::{do_jobs, name, player, refusal, shown, upload};

/// An S3 on a free port: its address, and the task that ends it.
async fn s3(folder: &Path) -> (String, JoinHandle<()>) {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
    builder.set_auth(SimpleAuth::from_single("ada", "the-key-of-a-test"));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((socket, _)) = listener.accept().await {
            connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone()));
        }
    });
    (address, serving)
}

/// A bucket, opened by a key.
fn bucket_at(endpoint: &str, key: &str) -> Storage {
    Storage::S3(Bucket {
        name: "pictures".into(),
        endpoint: Some(endpoint.into()),
        region: "us-east-1".into(),
        access_key: "ada".into(),
        secret_key: key.into(),
    })
}

/// A domain that keeps its pictures in one.
async fn on(engine: Engine, endpoint: &str, key: &str) -> TestDomain {
    TestDomain::with(engine, Config { storage: bucket_at(endpoint, key), ..testing::config() }).await
}

/// The domain's engine: the fixture's database is not used.
struct On(Engine);

impl Fixture for On {
    async fn on(engine: Engine) -> Self {
        Self(engine)
    }
}

#[both_engines]
async fn pictures_can_be_kept_in_s3(on_engine: On) {
    let folder = TempDir::new().unwrap();
    let bucket = folder.path().join("pictures");
    fs::create_dir(&bucket).unwrap();
    let (endpoint, serving) = s3(folder.path()).await;
    let domain = on(on_engine.0, &endpoint, "the-key-of-a-test").await;
    let app = &domain.app;
    let player = player(app).await;
    let first = upload(app, &player, png()).await.unwrap();
    let object = |url: &str| bucket.join("avatars").join(name(url));
    assert_eq!(avatars::get(app, name(&first)).await.unwrap(), fs::read(object(&first)).unwrap());

    let second = upload(app, &player, png()).await.unwrap();
    // The sweep's time is not the storage's, which is the machine's: everything there is old. What is shown stays.
    fs::write(object(&format!("/avatars/{}.png", "0".repeat(32))), "left behind").unwrap();
    do_jobs(app).await;
    assert!(object(&second).is_file());
    let left = fs::read_dir(bucket.join("avatars")).unwrap().count();
    assert_eq!(left, 1);
    assert_eq!(refusal(avatars::get(app, name(&first)).await), "not_found");

    serving.abort();
    let _ended = serving.await;
    assert_eq!(refusal(upload(app, &player, png()).await), "away");
    assert_eq!(refusal(avatars::get(app, name(&second)).await), "away");
    assert_eq!(shown(app, &player).await, Some(second));
}

#[tokio::test]
async fn a_bucket_is_tried_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let bucket = folder.path().join("pictures");
    fs::create_dir(&bucket).unwrap();
    let (endpoint, serving) = s3(folder.path()).await;
    assert_eq!(storage::checkup(&bucket_at(&endpoint, "the-key-of-a-test")).await, Ok(Some(())));
    assert_eq!(fs::read_dir(&bucket).unwrap().count(), 0, "nothing is left of it");
    let refused = storage::checkup(&bucket_at(&endpoint, "another-key")).await.unwrap_err();
    assert!(!refused.contains("another-key"), "{refused}");
    serving.abort();
    let _ended = serving.await;
    assert!(storage::checkup(&bucket_at(&endpoint, "the-key-of-a-test")).await.is_err());
}

#[both_engines]
async fn a_key_that_does_not_fit_opens_nothing(on_engine: On) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("pictures")).unwrap();
    let (endpoint, _serving) = s3(folder.path()).await;
    let domain = on(on_engine.0, &endpoint, "another-key").await;
    let player = player(&domain.app).await;
    assert_eq!(refusal(upload(&domain.app, &player, png()).await), "away");
    assert_eq!(shown(&domain.app, &player).await, None);
    assert_eq!(fs::read_dir(folder.path().join("pictures")).unwrap().count(), 0);
}
