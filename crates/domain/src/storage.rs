//! Where things are kept that are too large for a row: a folder, or a bucket of S3-compatible storage.
//!
//! An object is written before the row that names it, and deleted by a job after the row has let it go: one that no row
//! names may lie about for a while, a row never names one that is not there.

mod https;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig};

use self::https::Https;
use crate::config::{self, Bucket};
use crate::{Error, Random, Result};

/// How long one act may take, all its tries together.
const PATIENCE: Duration = Duration::from_secs(4);
/// Seconds to ask of a caller while the storage is away.
const COME_BACK: u64 = 2;

/// Keeps objects. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Storage(Arc<dyn ObjectStore>);

/// An object that lies there.
pub(crate) struct Kept {
    /// Its name, without the room.
    pub(crate) name: String,
    /// When it was put there.
    pub(crate) since: DateTime<Utc>,
}

impl Storage {
    /// Opens it; a folder is made when it is missing. A bucket is not asked: it may be away, and the server there.
    pub(crate) fn open(place: &config::Storage) -> Result<Self> {
        Ok(Self(match place {
            config::Storage::Folder(folder) => {
                let unusable = |error: &dyn std::fmt::Display| {
                    Error::Internal(format!("the folder {} cannot be used: {error}", folder.display()))
                };
                std::fs::create_dir_all(folder).map_err(|error| unusable(&error))?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| unusable(&error))?;
                // What was acknowledged survives a power cut, as in the database.
                Arc::new(store.with_fsync(true))
            }
            config::Storage::S3(bucket) => Arc::new(s3(bucket)?),
        }))
    }

    /// Puts an object into a room, in the place of one with its name.
    pub(crate) async fn put(&self, room: &str, name: &str, bytes: Bytes) -> Result<()> {
        in_time(self.0.put(&path(room, name), bytes.into())).await?;
        Ok(())
    }

    /// An object, if it is there.
    pub(crate) async fn get(&self, room: &str, name: &str) -> Result<Option<Bytes>> {
        let path = path(room, name);
        let read = async { self.0.get(&path).await?.bytes().await };
        there(in_time(read).await)
    }

    /// Takes an object away; fine, too, if it is not there.
    pub(crate) async fn delete(&self, room: &str, name: &str) -> Result<()> {
        there(in_time(self.0.delete(&path(room, name))).await)?;
        Ok(())
    }

    /// Everything in a room.
    pub(crate) fn list(&self, room: &'static str) -> BoxStream<'static, Result<Kept>> {
        let listed = self.0.list(Some(&Path::from(room)));
        let kept = listed.map_ok(|meta| Kept {
            name: meta.location.filename().unwrap_or_default().to_owned(),
            since: meta.last_modified,
        });
        Box::pin(kept.map_err(|error| away(&error)))
    }
}

/// Whether a place keeps what it is given: puts an object there, reads it and takes it away again. None for a folder that
/// the first start makes.
///
/// # Errors
/// What stood in the way, in words.
pub async fn checkup(place: &config::Storage) -> Result<Option<()>, String> {
    let store: Arc<dyn ObjectStore> = match place {
        config::Storage::Folder(folder) if !folder.exists() => return Ok(None),
        config::Storage::Folder(folder) => {
            Arc::new(LocalFileSystem::new_with_prefix(folder).map_err(|error| error.to_string())?)
        }
        config::Storage::S3(bucket) => Arc::new(s3(bucket).map_err(|error| error.to_string())?),
    };
    let name = format!("probe-{}", Random::system().secret());
    let (probe, bytes) = (Path::from(name.clone()), Bytes::from(name));
    let looked = async {
        store.put(&probe, bytes.clone().into()).await?;
        let read = store.get(&probe).await?.bytes().await;
        // It is taken away whether or not it could be read.
        store.delete(&probe).await?;
        read
    };
    match tokio::time::timeout(PATIENCE, looked).await {
        Ok(Ok(read)) if read == bytes => Ok(Some(())),
        Ok(Ok(_)) => Err("what is read there is not what was written".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it did not answer within {} s", PATIENCE.as_secs())),
    }
}

fn s3(bucket: &Bucket) -> Result<impl ObjectStore + use<>> {
    let retries = RetryConfig { max_retries: 2, retry_timeout: PATIENCE, backoff: BackoffConfig::default() };
    let builder = AmazonS3Builder::new()
        .with_http_connector(Https)
        .with_allow_http(true)
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.access_key)
        .with_secret_access_key(&bucket.secret_key)
        // Objects go one by one, and not every storage knows how to delete many at once.
        .with_disable_bulk_delete(true)
        .with_retry(retries);
    let builder = match &bucket.endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint),
        None => builder,
    };
    builder.build().map_err(|error| Error::Internal(format!("the storage's settings cannot be used: {error}")))
}

fn path(room: &str, name: &str) -> Path {
    Path::from_iter([room, name])
}

enum Trouble {
    Missing,
    Away(Error),
}

/// Waits for an act, and no longer than it may take.
async fn in_time<T>(act: impl Future<Output = object_store::Result<T>>) -> Result<T, Trouble> {
    match tokio::time::timeout(PATIENCE, act).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(object_store::Error::NotFound { .. })) => Err(Trouble::Missing),
        Ok(Err(error)) => Err(Trouble::Away(away(&error))),
        Err(elapsed) => Err(Trouble::Away(away(&elapsed))),
    }
}

/// What is missing is none, and no trouble.
fn there<T>(outcome: Result<T, Trouble>) -> Result<Option<T>> {
    match outcome {
        Ok(it) => Ok(Some(it)),
        Err(Trouble::Missing) => Ok(None),
        Err(Trouble::Away(error)) => Err(error),
    }
}

impl From<Trouble> for Error {
    /// Of an act that needs nothing to be there: what is missing then is the place itself.
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Missing => away(&"its folder or bucket is gone"),
            Trouble::Away(error) => error,
        }
    }
}

fn away(error: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%error, "the object storage cannot be used");
    Error::StorageUnavailable(COME_BACK)
}
