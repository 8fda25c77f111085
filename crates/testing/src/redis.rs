//! A Redis of a test's own, which can be taken away and given back.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Looks after the server: it waits for the end of its standard input, which comes whenever the test ends, be it by a
/// crash, and then ends the server, which has nothing to save. `$1` is the port.
const KEEPER: &str = r#"
exec 3<&0 </dev/null
redis-server --port "$1" --bind 127.0.0.1 --save "" --appendonly no --dir /tmp 3<&- >/dev/null &
server=$!
(read -r _ <&3; kill -KILL $server) &
wait $server
"#;

/// A running Redis on a port of its own. Dropping it ends it.
pub struct Redis {
    keeper: Option<Child>,
    port: u16,
}

impl Redis {
    /// A new one.
    ///
    /// # Panics
    /// When there is no `redis-server`: `cargo xtask test` installs it.
    pub async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
        let mut redis = Self { keeper: None, port };
        redis.come_back().await;
        redis
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it without a word.
    pub fn go_away(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ended = keeper.wait();
        }
    }

    /// Starts it again, empty and at the same place.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn come_back(&mut self) {
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh", &self.port.to_string()]);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::inherit());
        self.keeper = Some(keeper.spawn().expect("a shell"));
        for _ in 0..400 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("redis-server does not come: `cargo xtask test` installs it, as does `apt-get install redis-server`");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.go_away();
    }
}
