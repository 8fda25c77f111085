//! A plain TCP proxy before the nodes, which cuts connections when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::random::Choices;

/// How long a server's next word is waited for, half of which arrives.
const WORD: Duration = Duration::from_secs(1);

/// How a connection is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// Both sides are reset at once.
    Reset,
    /// Of what the server says next, half arrives: in the middle of a frame, as likely as not.
    Halfway,
    /// Nothing goes on in either direction for so long, and then both sides are reset.
    Silence(Duration),
}

/// A proxy on a port of its own. Each connection goes to a server by lot, or to another one where that takes none. Dropping it
/// cuts everything.
pub(crate) struct Proxy {
    /// Where it is.
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

struct State {
    servers: Vec<String>,
    lots: Choices,
    last: u64,
    open: BTreeMap<u64, oneshot::Sender<Cut>>,
}

impl Proxy {
    /// A proxy before these servers, `lots` decide which one each connection goes to.
    pub(crate) async fn before(servers: Vec<String>, lots: Choices) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(State { servers, lots, last: 0, open: BTreeMap::new() }));
        Ok(Self { address, accepting: tokio::spawn(accept(listener, state.clone())), state })
    }

    /// New connections go to these servers from now on; to none of none.
    pub(crate) fn lead_to(&self, servers: Vec<String>) {
        lock(&self.state).servers = servers;
    }

    /// How many connections are open.
    #[cfg(test)]
    fn open(&self) -> usize {
        lock(&self.state).open.len()
    }

    /// Cuts the open connection of this rank, counted on from the first after the last. False where none is open.
    pub(crate) fn cut(&self, rank: usize, how: Cut) -> bool {
        let mut state = lock(&self.state);
        let count = state.open.len().max(1);
        let Some(number) = state.open.keys().nth(rank % count).copied() else { return false };
        // One that has just ended by itself hears nothing any more, and is one that was cut by somebody else.
        state.open.remove(&number).is_some_and(|cut| cut.send(how).is_ok())
    }

    /// Cuts every open connection. Gives their number.
    pub(crate) fn cut_all(&self, how: Cut) -> usize {
        let open = std::mem::take(&mut lock(&self.state).open);
        open.into_values().filter_map(|cut| cut.send(how).ok()).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut_all(Cut::Reset);
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => drop(tokio::spawn(serve(client, state.clone()))),
            // Out of open files, perhaps for a moment only.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(mut client: TcpStream, state: Arc<Mutex<State>>) {
    let servers = in_turn(&mut lock(&state));
    let Some(mut server) = connect(servers).await else { return };
    let (cut, told) = oneshot::channel();
    let number = {
        let mut state = lock(&state);
        state.last += 1;
        let number = state.last;
        state.open.insert(number, cut);
        number
    };
    let how = tokio::select! {
        // Either side ended it.
        _ = copy_bidirectional(&mut client, &mut server) => None,
        how = told => how.ok(),
    };
    lock(&state).open.remove(&number);
    let Some(how) = how else { return };
    match how {
        Cut::Reset => {}
        Cut::Halfway => {
            let mut bytes = vec![0; 64 * 1024];
            if let Ok(Ok(count @ 1..)) = timeout(WORD, server.read(&mut bytes)).await {
                let _gone = client.write_all(&bytes[..count.div_ceil(2)]).await;
                return;
            }
        }
        Cut::Silence(time) => sleep(time).await,
    }
    for side in [client, server] {
        let _gone = side.set_zero_linger();
    }
}

/// All servers, one by lot first.
fn in_turn(State { servers, lots, .. }: &mut State) -> Vec<String> {
    let mut servers = servers.clone();
    if servers.len() > 1 {
        let first = lots.random_range(0..servers.len());
        servers.rotate_left(first);
    }
    servers
}

async fn connect(servers: Vec<String>) -> Option<TcpStream> {
    for server in servers {
        if let Ok(stream) = TcpStream::connect(server).await {
            return Some(stream);
        }
    }
    None
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::choices;

    /// A server that says so much to whoever comes and then waits for their end.
    async fn talker(words: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    sleep(Duration::from_millis(50)).await;
                    stream.write_all(words).await?;
                    stream.read(&mut [0; 1]).await
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn a_connection_goes_to_whoever_takes_it_and_is_cut_in_the_middle() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
        let proxy = Proxy::before(vec![gone, talker(b"0123456789").await], choices(1, 1)).await.unwrap();
        let (mut whole, mut half) = (Vec::new(), Vec::new());
        let mut first = TcpStream::connect(&proxy.address).await.unwrap();
        let mut heard = [0; 10];
        first.read_exact(&mut heard).await.unwrap();
        assert!(proxy.cut(7, Cut::Reset));
        assert!(first.read_to_end(&mut whole).await.is_err(), "it was reset");

        let mut second = TcpStream::connect(&proxy.address).await.unwrap();
        while proxy.open() == 0 {
            sleep(Duration::from_millis(1)).await;
        }
        assert!(proxy.cut(0, Cut::Halfway));
        let _end = second.read_to_end(&mut half).await;
        assert_eq!(half, b"01234");
        assert!(!proxy.cut(0, Cut::Reset), "nobody is left");
    }
}
