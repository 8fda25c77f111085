//! The signals to stop: the first is heeded in order, the second at once.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// `SIGTERM` and `SIGINT`.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens for them from now on.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the first. After it, another one ends the process at once, with the code a shell gives to what a signal
    /// has ended: 130 for `SIGINT`, 143 for `SIGTERM`.
    pub(super) async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move {
            let signal = self.next().await;
            tracing::warn!("stopped at once, by a second signal");
            std::process::exit(128 + signal.as_raw_value());
        });
    }

    async fn next(&mut self) -> SignalKind {
        tokio::select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        }
    }
}
