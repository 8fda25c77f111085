//! The application: everything a verb needs, behind one cheap handle.

use std::ops::Deref;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::Instrument;
use wire::Topic;

use crate::avatars::Pictures;
use crate::bus::Bus;
use crate::connections::Registry;
use crate::db::{Db, Tx};
use crate::identities::Whose;
use crate::passwords::Passwords;
use crate::pubsub::{Event, News, PubSub};
use crate::stats::Stats;
use crate::storage::Storage;
use crate::tokens::Keys;
use crate::{Clock, Config, Error, Online, Random, Result, Secrets, lobbies};

/// The application. Cloning shares it.
#[derive(Clone)]
pub struct App(Arc<Members>);

/// What an [`App`] is made of.
pub struct Members {
    /// The database.
    pub db: Db,
    /// The only source of time.
    pub clock: Clock,
    /// The only source of randomness.
    pub random: Random,
    /// The settings the domain reads.
    pub config: Config,
    /// Who is told what happened.
    pub pubsub: PubSub,
    /// Who is connected to this process.
    pub online: Online,
    /// The open sockets of this process.
    pub connections: Registry,
    /// What this process counts about itself.
    pub stats: Stats,
    /// When this process started.
    pub started_at: DateTime<Utc>,
    pub(crate) passwords: Passwords,
    pub(crate) keys: Keys,
    pub(crate) storage: Storage,
    pub(crate) pictures: Pictures,
}

impl Deref for App {
    type Target = Members;

    fn deref(&self) -> &Members {
        &self.0
    }
}

impl App {
    /// Commits, and then tells what happened. Once begun it goes to its end, even if whoever waits for it hangs up: what
    /// was written is always told.
    ///
    /// News of a session's end says whose identity changed; other verbs that change one say so by [`Tx::concerns`].
    pub(crate) async fn commit(&self, mut tx: Tx, news: News) -> Result<()> {
        for (topic, _) in &news.0 {
            if let Topic::Session(session) = topic {
                tx.concerns(Whose::Session(*session));
            }
        }
        let app = self.clone();
        let committing = async move {
            let news = lobbies::log::number(&app, &mut tx, news.0).await?;
            tx.commit().await?;
            for (topic, event, seq) in news {
                app.tell(topic, event, seq);
            }
            Ok(())
        };
        tokio::spawn(committing.in_current_span())
            .await
            .map_err(|error| Error::Internal(format!("committing: {error}")))?
    }

    /// Tells whoever listens to a topic, here and on other nodes.
    fn tell(&self, topic: Topic, event: Event, seq: Option<u64>) {
        self.pubsub.bus().say(topic, &event, seq);
        self.hear(topic, event, seq);
    }

    /// Tells whoever listens to a topic here.
    pub(crate) fn hear(&self, topic: Topic, event: Event, seq: Option<u64>) {
        match seq {
            Some(seq) => lobbies::log::tell(self, topic, event, seq),
            None => self.pubsub.publish_here(topic, event),
        }
    }

    /// An application under `config`, with the system's clock and randomness.
    #[must_use]
    pub fn builder(config: Config) -> Builder {
        Builder { config, clock: Clock::System, random: Random::system() }
    }
}

/// Puts an [`App`] together; tests replace members.
pub struct Builder {
    config: Config,
    clock: Clock,
    random: Random,
}

impl Builder {
    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Another source of randomness.
    #[must_use]
    pub fn random(mut self, random: Random) -> Self {
        self.random = random;
        self
    }

    /// The application on an open database, which is not migrated here.
    ///
    /// # Errors
    /// A signing key or a storage that cannot be used.
    pub fn build(self, db: Db, secrets: &Secrets) -> Result<App> {
        let Self { config, clock, random } = self;
        let passwords = Passwords::new(config.argon2, config.password_queue)?;
        let storage = Storage::open(&config.storage)?;
        let pictures = Pictures::new();
        let keys = Keys::new(secrets, config.token_algorithm)?;
        if let Some(identities) = db.identities() {
            identities.hold(config.identities);
        }
        let started_at = clock.now();
        let pubsub = PubSub::new(random.clone(), Bus::new(config.redis.as_ref(), &random)?);
        let online = Online::new(pubsub.clone());
        let connections = Registry::new(pubsub.bus().node());
        let stats = Stats::default();
        Ok(App(Arc::new(Members {
            db,
            clock,
            random,
            config,
            pubsub,
            online,
            connections,
            stats,
            started_at,
            passwords,
            keys,
            storage,
            pictures,
        })))
    }
}
