//! The crate's daemon, with its memory watched: it keeps every record it hears for as long as the
//! record says, so strangers could fill it.

use std::time::Duration;

use mdns_sd::{IfKind, ServiceDaemon};

/// More records than any honest network has.
const MAX_CACHED_RECORDS: i64 = 2000;
/// So long may the daemon take to count.
const COUNT_WAIT: Duration = Duration::from_secs(1);
/// Its counters of records begin so.
const CACHED: &str = "cached-";

/// Why this computer cannot announce or look around.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no multicast DNS: {0}")]
pub struct Unavailable(pub(super) String);

impl From<mdns_sd::Error> for Unavailable {
    fn from(error: mdns_sd::Error) -> Self {
        Self(error.to_string())
    }
}

/// Starts a daemon for all interfaces but loopback, which leads to nobody.
pub(super) fn start() -> Result<ServiceDaemon, Unavailable> {
    let daemon = ServiceDaemon::new()?;
    daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
    Ok(daemon)
}

/// Whether it keeps more than is good. One that is too busy to tell counts as flooded.
pub(super) fn is_flooded(daemon: &ServiceDaemon) -> bool {
    let metrics = daemon
        .get_metrics()
        .ok()
        .and_then(|answer| answer.recv_timeout(COUNT_WAIT).ok());
    metrics.is_none_or(|metrics| {
        let records = metrics
            .iter()
            .filter(|(name, _)| name.starts_with(CACHED))
            .map(|(_, count)| count);
        records.sum::<i64>() > MAX_CACHED_RECORDS
    })
}

/// Ends it; it says goodbye for what it announced. Waits at most for `wait`.
pub(super) fn stop(daemon: &ServiceDaemon, wait: Duration) {
    match daemon.shutdown() {
        Ok(ended) => drop(ended.recv_timeout(wait)),
        Err(error) => log::debug!("multicast DNS does not end: {error}"),
    }
}
