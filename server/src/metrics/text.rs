//! All the numbers as text. Names and units follow Prometheus' conventions: seconds and bytes, `_total` for what only
//! grows, labels with few values.

use std::fmt::{Error, Result};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use domain::App;
use domain::stats::{Numbers, PoolNumbers, Reading};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::Metrics;
use super::series::Series;
use crate::Counts;
use crate::router::Server;

/// Everything, now.
pub(super) fn write(server: &Server, numbers: Numbers) -> std::result::Result<String, Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Now {
        app: server.app.clone(),
        metrics: server.metrics.clone(),
        counts: server.counts.clone(),
        numbers,
    }));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// What is written.
struct Now {
    app: App,
    metrics: Arc<Metrics>,
    counts: Arc<Counts>,
    numbers: Numbers,
}

impl std::fmt::Debug for Now {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> Result {
        f.debug_struct("Now").field("numbers", &self.numbers).finish_non_exhaustive()
    }
}

impl Collector for Now {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result {
        let mut series = Series(encoder);
        build(&self.app, &mut series)?;
        requests(&self.metrics, &mut series)?;
        listeners(&self.numbers, &mut series)?;
        nodes(&self.numbers, &mut series)?;
        sockets(&self.counts, &mut series)?;
        passwords(&self.numbers, &mut series)?;
        database(&self.numbers.pools, &mut series)?;
        runtime(&mut series)?;
        process(&self.app, &mut series)
    }
}

fn build(app: &App, series: &mut Series<'_>) -> Result {
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("database", app.db.engine())];
    series.gauges("gameserver_build_info", "Which version runs, on which database.", [(labels, 1)])
}

fn requests(metrics: &Metrics, series: &mut Series<'_>) -> Result {
    let requests = &metrics.requests;
    let statuses: Vec<_> = requests.routes().flat_map(|route| route.statuses().map(move |it| (route, it))).collect();
    let named = statuses.iter().map(|(route, (status, count))| {
        let status = status.map_or_else(|| "other".to_owned(), |status| status.to_string());
        ([("method", route.method.to_owned()), ("route", route.path.to_string()), ("status", status)], *count)
    });
    series.counters("gameserver_http_requests", "Requests that were answered.", named)?;
    let times = requests.routes().map(|route| ([("method", route.method), ("route", &*route.path)], route.took.read()));
    series.times("gameserver_http_request_duration", "Time until a request's answer begins.", times)?;
    series.gauge("gameserver_http_requests_running", "Requests that are being answered.", requests.running())?;
    let help = "Requests whose caller hung up before the answer.";
    series.counter("gameserver_http_requests_abandoned", help, requests.abandoned())
}

fn listeners(numbers: &Numbers, series: &mut Series<'_>) -> Result {
    series.gauge("gameserver_users_online", "Users with at least one open socket, on all nodes.", numbers.users)?;
    series.gauge("gameserver_topics", "Topics somebody listens to.", numbers.topics)?;
    series.counter("gameserver_events_published", "Events somebody listened to.", numbers.published)?;
    series.counter("gameserver_events_pushed", "Events that went to listeners, once for each.", numbers.pushed)?;
    series.counter("gameserver_listeners_lagged", "Times a listener was too slow and missed events.", numbers.lagged)
}

fn nodes(numbers: &Numbers, series: &mut Series<'_>) -> Result {
    let Some(bus) = &numbers.bus else { return Ok(()) };
    let help = "Whether this node hears the others and is heard: 1, or 0 while Redis is away and it goes on alone.";
    series.gauge("gameserver_bus_up", help, i64::from(bus.is_up))?;
    series.counter("gameserver_bus_said", "Messages for other nodes that were handed to Redis.", bus.said)?;
    series.counter("gameserver_bus_heard", "Messages of other nodes that came.", bus.heard)?;
    series.counter("gameserver_bus_lost", "Messages for other nodes that could not be handed over.", bus.lost)?;
    series.counter("gameserver_bus_losses", "Times the connection to Redis was lost.", bus.losses)
}

fn sockets(counts: &Counts, series: &mut Series<'_>) -> Result {
    let counter = |counter: &AtomicU64| counter.load(Relaxed);
    series.gauge("gameserver_sockets", "Open sockets.", counts.open.load(Relaxed))?;
    let help = "Topics that are joined, each counted on every socket that joined it.";
    series.gauge("gameserver_socket_topics", help, counts.topics.load(Relaxed))?;
    let help = "Frames that were written and that the network has not taken yet.";
    series.gauge("gameserver_socket_frames_waiting", help, counts.waiting.load(Relaxed))?;
    series.counter("gameserver_socket_frames_received", "Frames that came.", counter(&counts.received))?;
    series.counter("gameserver_socket_frames_sent", "Frames that were written.", counter(&counts.sent))?;
    let help = "Bytes of the frames that came, without what frames them.";
    series.counter("gameserver_socket_received_bytes", help, counter(&counts.bytes_received))?;
    let help = "Bytes of the frames that were written, without what frames them.";
    series.counter("gameserver_socket_sent_bytes", help, counter(&counts.bytes_sent))?;
    let help = "Frames of closed sockets that came too fast.";
    series.counter("gameserver_socket_frames_refused", help, counter(&counts.refused))?;
    let help = "Frames of closed sockets that could not be understood.";
    series.counter("gameserver_socket_frames_malformed", help, counter(&counts.malformed))?;
    let help = "Sockets that were refused for want of a place.";
    series.counter("gameserver_sockets_turned_away", help, counter(&counts.turned_away))?;
    let by_code = counts.closed().map(|(code, count)| (code.to_string(), count));
    let ends = [("left".to_owned(), counter(&counts.left)), ("lost".to_owned(), counter(&counts.lost))];
    let ends = by_code.chain(ends).map(|(end, count)| ([("end", end)], count));
    series.counters("gameserver_sockets_closed", "Sockets that are over, by the code the server closed with.", ends)
}

fn passwords(numbers: &Numbers, series: &mut Series<'_>) -> Result {
    let passwords = &numbers.passwords;
    series.gauge("gameserver_passwords_working", "Passwords that are being hashed.", passwords.working)?;
    series.gauge("gameserver_passwords_waiting", "Passwords that wait to be hashed.", passwords.waiting)?;
    let help = "Passwords for which the queue had no place.";
    series.counter("gameserver_passwords_refused", help, passwords.refused)?;
    let help = "Time a password takes to be hashed, without its wait.";
    series.time("gameserver_password_hash", help, &passwords.hashing)
}

fn database(pools: &[PoolNumbers], series: &mut Series<'_>) -> Result {
    let by_state = pools.iter().flat_map(|pool| {
        let labels = |state| [("pool", pool.name), ("state", state)];
        [(labels("idle"), pool.idle as u64), (labels("used"), pool.used as u64)]
    });
    series.gauges("gameserver_database_connections", "Open connections.", by_state)?;
    let most = pools.iter().map(|pool| (named(pool), u64::from(pool.most)));
    series.gauges("gameserver_database_connections_max", "The most connections there may be.", most)?;
    let waiting = pools.iter().map(|pool| (named(pool), pool.waiting));
    series.gauges("gameserver_database_waiting", "Callers that wait for a connection.", waiting)?;
    let refused = pools.iter().map(|pool| (named(pool), pool.refused));
    series.counters("gameserver_database_refused", "Callers that got no connection.", refused)?;
    let waits = pools.iter().map(|pool| (named(pool), pool.waits.clone()));
    series.times("gameserver_database_wait", "Time until a caller has a connection or transaction.", waits)?;
    let statements = pools.iter().flat_map(|pool| {
        let labels = |kind| [("pool", pool.name), ("kind", kind)];
        [(labels("read"), pool.reads.clone()), (labels("write"), pool.writes.clone())]
    });
    let help = "Time of a statement: one that stands alone, or one in a transaction.";
    series.times("gameserver_database_statement", help, statements.filter(is_done))?;
    let transactions = pools.iter().map(|pool| (named(pool), pool.transactions.clone())).filter(is_done);
    series.times("gameserver_database_transaction", "Time a transaction holds its connection.", transactions)
}

fn named(pool: &PoolNumbers) -> [(&'static str, &'static str); 1] {
    [("pool", pool.name)]
}

/// Whether it was done at all: SQLite's readers never write.
fn is_done<L>((_, reading): &(L, Reading)) -> bool {
    reading.count > 0
}

fn runtime(series: &mut Series<'_>) -> Result {
    let runtime = tokio::runtime::Handle::current().metrics();
    series.gauge("gameserver_tasks", "Tasks that have not ended.", runtime.num_alive_tasks())?;
    series.gauge("gameserver_tasks_queued", "Tasks that wait for any worker.", runtime.global_queue_depth())
}

/// What Linux says of the process, under the names every process has. Elsewhere only when it started.
fn process(app: &App, series: &mut Series<'_>) -> Result {
    let started = app.started_at.timestamp();
    series.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.", started)?;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = field(&status, "VmRSS:") {
        series.gauge("process_resident_memory_bytes", "Memory that is in use and not paged out.", kib * 1024)?;
    }
    if let Some(threads) = field(&status, "Threads:") {
        series.gauge("process_threads", "Threads.", threads)?;
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        series.gauge("process_open_fds", "Open files and connections.", open.count())?;
    }
    Ok(())
}

/// The number behind a name in `/proc/self/status`.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_read_as_it_writes() {
        let status = "Name:\tgameserver\nVmRSS:\t   24212 kB\nThreads:\t9\n";
        assert_eq!((field(status, "VmRSS:"), field(status, "Threads:")), (Some(24_212), Some(9)));
        assert_eq!((field(status, "VmSwap:"), field(status, "Name:")), (None, None));
    }
}
