//! What one socket may cost.

use std::time::Duration;

/// Bounds of one socket. [`Limits::default`] suits a game: a client that sends thirty frames a second is left alone.
///
/// The size of a frame is the transport's to bound (64 KiB is a good figure, as OWASP and Centrifugo have it), and so is
/// the buffer of what is written but not yet read by the peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Topics joined at the same time; a join beyond is refused with `too_many_topics`. Default 128 (Centrifugo).
    pub topics: usize,
    /// Characters of a topic; a longer one is refused with `topic_too_long`. The event and the refs have the same
    /// bound; beyond it the frame is malformed. Default 128.
    pub name_length: usize,
    /// Arrays and objects in one another within a payload; beyond it the frame is malformed. Default 32.
    pub depth: usize,
    /// Frames a client may send at once after a pause, pings included. Default 60.
    pub burst: u32,
    /// Frames a second a client may send for ever. Default 30. Zero counts as one.
    pub frames_per_second: u32,
    /// Frames beyond that rate which are refused with `too_many_frames` before the socket closes with
    /// [`TOO_MANY_FRAMES`](crate::close::TOO_MANY_FRAMES). Counted anew once the client has kept quiet for long enough
    /// to be granted a whole burst again. Default 120.
    pub patience: u32,
    /// Malformed frames after which the socket closes with [`MALFORMED`](crate::close::MALFORMED); the ones before are
    /// only answered. Default 5.
    pub malformed: u32,
    /// How long nothing may be heard, not even a heartbeat or a pong, before the socket closes with
    /// [`SILENT`](crate::close::SILENT). Default 60 s (Phoenix).
    pub silence: Duration,
    /// After how long without a word the peer is pinged. A browser answers by itself, even in a hidden tab whose
    /// timers, and with them the heartbeats, wake only once a minute. Default 25 s (Centrifugo).
    pub ping: Duration,
    /// How long the socket may be without any joined topic before it closes with
    /// [`NOTHING_JOINED`](crate::close::NOTHING_JOINED). Default `None`: for ever. A good figure for a client of whom
    /// nothing is known is 10 s (Centrifugo's for stale connections).
    pub unjoined: Option<Duration>,
    /// How long one write may take before the socket closes with [`SLOW`](crate::close::SLOW). Default 5 s.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            topics: 128,
            name_length: 128,
            depth: 32,
            burst: 60,
            frames_per_second: 30,
            patience: 120,
            malformed: 5,
            silence: Duration::from_mins(1),
            ping: Duration::from_secs(25),
            unjoined: None,
            write: Duration::from_secs(5),
        }
    }
}
