//! A mail server that takes whatever it is handed, and remembers which links came to whom.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

/// How links begin that stand for something: what follows is their token.
const LINKS: [&str; 3] = ["/users/confirm/", "/users/log-in/", "/users/reset-password/"];

/// The mail server. It outlives the servers that are killed.
pub(crate) struct Sink {
    /// Where it is.
    pub(crate) address: SocketAddr,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    /// The links that came to an address, oldest first, each once.
    links: BTreeMap<String, Vec<String>>,
    /// How often each letter came, by its `Message-ID`.
    letters: BTreeMap<String, u32>,
}

impl Sink {
    /// One on a free port.
    pub(crate) async fn open() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, taken) = (listener.local_addr()?, Arc::<Mutex<Taken>>::default());
        let shared = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = shared.clone();
                // A server that is killed ends its own conversation only.
                tokio::spawn(async move { drop(converse(stream, &shared).await) });
            }
        });
        Ok(Self { address, taken })
    }

    /// The tokens of the links that came to an address and begin like this, oldest first.
    pub(crate) fn tokens(&self, to: &str, link: &str) -> Vec<String> {
        let taken = lock(&self.taken);
        let links = taken.links.get(to).into_iter().flatten();
        links.filter_map(|it| it.strip_prefix(link)).map(str::to_owned).collect()
    }

    /// How many letters came, how many of them more than once, and how often the most frequent one.
    pub(crate) fn counts(&self) -> (usize, usize, u32) {
        let taken = lock(&self.taken);
        let times = taken.letters.values();
        let more = times.clone().filter(|times| **times > 1).count();
        (taken.letters.len(), more, times.max().copied().unwrap_or(0))
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One conversation in SMTP (RFC 5321), as far as a polite client needs it.
async fn converse(stream: TcpStream, taken: &Mutex<Taken>) -> io::Result<()> {
    let mut on = BufStream::new(stream);
    let mut to = String::new();
    let mut answer = "220 sink";
    loop {
        on.write_all(format!("{answer}\r\n").as_bytes()).await?;
        on.flush().await?;
        let mut line = String::new();
        if on.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        answer = match line.get(..4).unwrap_or_default() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 yes"
            }
            "DATA" => {
                on.write_all(b"354 go on\r\n").await?;
                on.flush().await?;
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    if on.read_line(&mut letter).await? == 0 {
                        return Ok(());
                    }
                }
                lock(taken).take(&to, &letter);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 yes",
        };
    }
}

impl Taken {
    fn take(&mut self, to: &str, letter: &str) {
        let id = letter.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
        *self.letters.entry(id.to_owned()).or_default() += 1;
        let links = self.links.entry(to.to_owned()).or_default();
        if let Some(link) = link_in(letter).filter(|link| !links.contains(link)) {
            links.push(link);
        }
    }
}

/// The first link of a letter that has a token, without its host.
fn link_in(letter: &str) -> Option<String> {
    // What quoted-printable adds to long lines.
    let text = letter.replace("=\r\n", "").replace("=3D", "=");
    let start = LINKS.iter().filter_map(|link| Some((text.find(link)?, link.len()))).min()?;
    let token = &text[start.0 + start.1..];
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let end = token.find(|c| !is_of_token(c)).unwrap_or(token.len());
    (end > 0).then(|| text[start.0..start.0 + start.1 + end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_across_the_breaks_of_a_long_line() {
        let letter = "Message-ID: <a@b>\r\n\r\nOpen http://localhost:1/users/confirm/12.ab=\r\nc-_9 now\r\n.\r\n";
        assert_eq!(link_in(letter).as_deref(), Some("/users/confirm/12.abc-_9"));
        assert_eq!(link_in("To http://localhost:1/users/log-in\r\n"), None);
        assert_eq!(link_in("To http://localhost:1/users/log-in/\r\n"), None);
    }

    #[test]
    fn a_letter_that_comes_twice_is_one_link_and_counted() {
        let mut taken = Taken::default();
        for id in ["<a@b>", "<a@b>", "<c@b>"] {
            taken.take("ada@games.example", &format!("Message-ID: {id}\r\n\r\nhttp://x/users/log-in/1.a\r\n"));
        }
        assert_eq!(taken.links["ada@games.example"], ["/users/log-in/1.a"]);
        assert_eq!(taken.letters["<a@b>"], 2);
    }
}
