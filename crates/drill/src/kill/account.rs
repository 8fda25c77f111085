//! An account that lives by its mails: made with an address, confirmed, entered by a link, given a new password.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::answers::{Tokens, UserId};
use crate::api::{Answer, Api};
use crate::check::same;
use crate::sink::Sink;

/// How long a letter that was promised may take. A server that is killed while it hands one over leaves its job on lease
/// for a minute, and the next ones may be killed over it, too: here servers live for a second or two.
const PATIENCE: Duration = Duration::from_mins(6);

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Confirm,
    SignIn,
    Reset,
}

impl Purpose {
    /// How its link begins.
    fn link(self) -> &'static str {
        match self {
            Self::Confirm => "/users/confirm/",
            Self::SignIn => "/users/log-in/",
            Self::Reset => "/users/reset-password/",
        }
    }

    /// How long a link is surely good: a little less than it is.
    fn lifetime(self) -> Duration {
        match self {
            Self::Confirm => Duration::from_hours(23),
            Self::SignIn => Duration::from_mins(9),
            Self::Reset => Duration::from_mins(29),
        }
    }

    /// Where it is asked for, and where its token is used.
    fn routes(self) -> (&'static str, &'static str) {
        match self {
            Self::Confirm => ("/auth/register", "/auth/confirm"),
            Self::SignIn => ("/auth/magic-link", "/auth/magic-link/confirm"),
            Self::Reset => ("/auth/reset-password", "/auth/reset-password/confirm"),
        }
    }
}

/// How far an account has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Not made yet.
    Wanted,
    Made,
    Confirmed,
    /// It was signed in to by a link.
    Entered,
    /// It was given a new password.
    Reset,
}

/// What was asked and not answered: it may have happened or not.
#[derive(Clone, Debug)]
enum Asked {
    Nothing,
    /// To be made.
    Registration,
    /// For a letter.
    Letter(Purpose),
    /// To use the token of one.
    Use(Purpose, String),
}

/// An account, as far as its client knows.
pub(super) struct Account {
    email: String,
    /// Who it is; none where the answer that said so was lost.
    user: Option<UserId>,
    /// How many passwords it has had: each reset makes one more.
    passwords: u32,
    stage: Stage,
    /// The letter it was promised, and when.
    waits: Option<(Purpose, Instant)>,
    asked: Asked,
    /// Whether something was asked for whose answer was lost: a letter may be no longer the newest.
    is_in_doubt: bool,
    /// The newest token that was used up, by its number: whatever is older was replaced.
    used: i64,
}

impl Account {
    /// One that is yet to be made.
    pub(super) fn of(email: String) -> Self {
        Self {
            email,
            user: None,
            passwords: 1,
            stage: Stage::Wanted,
            waits: None,
            asked: Asked::Nothing,
            is_in_doubt: false,
            used: 0,
        }
    }

    /// Whether everything was done that can be.
    pub(super) fn is_done(&self) -> bool {
        self.stage == Stage::Reset && self.waits.is_none()
    }

    /// Whether it was told that its address is confirmed.
    pub(super) fn is_confirmed(&self) -> bool {
        self.stage >= Stage::Confirmed
    }

    /// Whether a letter is on its way to it.
    pub(super) fn waits(&self) -> bool {
        self.waits.is_some()
    }

    /// The next thing; false where there is none, as its letter has not come.
    pub(super) async fn go_on(&mut self, api: &Api, sink: &Sink) -> Result<bool> {
        if self.stage == Stage::Wanted {
            self.register(api).await?;
        } else if let Some((purpose, since)) = self.waits {
            let Some(token) = self.newest(sink, purpose)? else {
                let waited = since.elapsed();
                ensure!(waited < PATIENCE, "{}: no letter for {purpose:?} came in {} s", self.email, waited.as_secs());
                return Ok(false);
            };
            if since.elapsed() < purpose.lifetime() {
                let context = || format!("{purpose:?}, asked for {} s ago", since.elapsed().as_secs());
                self.spend(api, purpose, token).await.with_context(context)?;
            } else {
                // Its turn came too late.
                self.ask(api, purpose).await?;
            }
        } else {
            self.ask(api, if self.stage >= Stage::Entered { Purpose::Reset } else { Purpose::SignIn }).await?;
        }
        Ok(true)
    }

    /// After a restart: what was acknowledged is so, and whatever was not answered can be done again.
    pub(super) async fn look_again(&mut self, api: &Api) -> Result<()> {
        match std::mem::replace(&mut self.asked, Asked::Nothing) {
            Asked::Nothing => {}
            // Its first account may be there or not; nobody is told, and it can be made again.
            Asked::Registration => {
                self.is_in_doubt = true;
                self.register(api).await?;
                self.user = None;
            }
            Asked::Letter(purpose) => {
                self.is_in_doubt = true;
                self.ask(api, purpose).await.context("asking again after a lost answer")?;
            }
            Asked::Use(purpose, token) => self.use_again(api, purpose, token).await?,
        }
        if self.is_confirmed() {
            let tokens: Tokens =
                self.log_in(api, self.passwords).await?.read("a sign-in by a confirmed address", 200)?;
            self.is(tokens.user_id)?;
        }
        Ok(())
    }

    async fn register(&mut self, api: &Api) -> Result<()> {
        self.asked = Asked::Registration;
        let body = json!({ "name": "A player of drills", "email": self.email, "password": password(self.passwords) });
        let answer = api.auth(Purpose::Confirm.routes().0, &body).await?;
        self.asked = Asked::Nothing;
        let answer = answer.accepted("a registration", 201)?;
        self.user = Some(user_in(&answer.body)?);
        self.stage = Stage::Made;
        self.waits = Some((Purpose::Confirm, Instant::now()));
        Ok(())
    }

    async fn ask(&mut self, api: &Api, purpose: Purpose) -> Result<()> {
        self.asked = Asked::Letter(purpose);
        let answer = api.auth(purpose.routes().0, &json!({ "email": self.email })).await?;
        self.asked = Asked::Nothing;
        answer.accepted("asking for a letter", 202)?;
        self.waits = Some((purpose, Instant::now()));
        Ok(())
    }

    async fn spend(&mut self, api: &Api, purpose: Purpose, token: String) -> Result<()> {
        self.asked = Asked::Use(purpose, token.clone());
        let answer = api.auth(purpose.routes().1, &self.use_of(purpose, &token)).await?;
        self.asked = Asked::Nothing;
        self.used = self.used.max(number(&token)?);
        if self.is_in_doubt && answer.in_short() == "410 link_used" {
            // It was asked for twice, and the newer letter is on its way.
            return Ok(());
        }
        let answer = answer.accepted("using the link of a letter that was promised", 200)?;
        if purpose == Purpose::SignIn {
            self.is(user_in(&answer.body)?)?;
        }
        self.happened(purpose);
        Ok(())
    }

    /// A token whose use was not answered: it is good still, or what it is for has happened, all of it.
    async fn use_again(&mut self, api: &Api, purpose: Purpose, token: String) -> Result<()> {
        let answer = api.auth(purpose.routes().1, &self.use_of(purpose, &token)).await?;
        self.used = self.used.max(number(&token)?);
        if answer.in_short() != "410 link_used" {
            answer.accepted("using a link again after a lost answer", 200)?;
            self.happened(purpose);
            return Ok(());
        }
        match purpose {
            Purpose::Confirm => self.happened(purpose),
            // The session is lost with its answer, and another link is to be had.
            Purpose::SignIn => self.ask(api, purpose).await.context("asking again after a lost sign-in")?,
            Purpose::Reset => self.find_password(api).await?,
        }
        Ok(())
    }

    /// The password was set and its link used up together, or neither.
    async fn find_password(&mut self, api: &Api) -> Result<()> {
        let old = self.log_in(api, self.passwords).await?.in_short();
        let new = self.log_in(api, self.passwords + 1).await?.in_short();
        let (refused, fits) = ("401 invalid_credentials", "200");
        if self.is_in_doubt && (old.as_str(), new.as_str()) == (fits, refused) {
            // That link had been replaced by a newer one.
            return Ok(());
        }
        same("sign-ins by the old and the new password", (refused, fits), (old.as_str(), new.as_str()))?;
        self.happened(Purpose::Reset);
        // Whoever did not see how it ended asks for another.
        self.ask(api, Purpose::Reset).await.context("asking again after a lost reset")
    }

    fn happened(&mut self, purpose: Purpose) {
        let stage = match purpose {
            Purpose::Confirm => Stage::Confirmed,
            Purpose::SignIn => Stage::Entered,
            Purpose::Reset => {
                self.passwords += 1;
                Stage::Reset
            }
        };
        self.stage = self.stage.max(stage);
        self.is_in_doubt = false;
        self.waits = None;
    }

    /// The newest token that came, if it is newer than the last that was used.
    fn newest(&self, sink: &Sink, purpose: Purpose) -> Result<Option<String>> {
        let mut newest = (self.used, None);
        for token in sink.tokens(&self.email, purpose.link()) {
            let number = number(&token)?;
            if number > newest.0 {
                newest = (number, Some(token));
            }
        }
        Ok(newest.1)
    }

    fn use_of(&self, purpose: Purpose, token: &str) -> Value {
        match purpose {
            Purpose::Reset => json!({ "token": token, "password": password(self.passwords + 1) }),
            Purpose::Confirm | Purpose::SignIn => json!({ "token": token }),
        }
    }

    async fn log_in(&self, api: &Api, nth: u32) -> Result<Answer> {
        Ok(api.log_in(&self.email, &password(nth)).await?)
    }

    /// Always the same user.
    fn is(&mut self, found: UserId) -> Result<()> {
        same(format!("the user of {}", self.email), *self.user.get_or_insert(found), found)
    }
}

fn password(nth: u32) -> String {
    format!("a password of drills, the {nth}.")
}

/// Tokens begin with the number of their row.
fn number(token: &str) -> Result<i64> {
    let number = token.split('.').next().and_then(|number| number.parse().ok());
    number.with_context(|| format!("the link of a letter ends in {token}"))
}

fn user_in(body: &Value) -> Result<UserId> {
    let user = body["user"]["id"].as_str().and_then(|id| id.parse().ok());
    user.context("the answer names no user")
}
