//! What the server counts, in the format of Prometheus.

use crate::engine::Coverage;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// The content type of the format.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the latency histogram, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// A request that was answered. The route is the pattern, so that ids make no series of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Share {
    state: &'static str,
}

/// The counters of a server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    latency: Family<Route, Histogram>,
    in_flight: Gauge,
    pushes: Family<Outcome, Counter>,
    merges: Counter,
    landings: Family<Share, Gauge>,
}

/// Counts a request as under way while it lives.
pub(super) struct InFlight(Gauge);

impl Metrics {
    /// Everything at zero.
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("lorekeep");
        let requests = Family::default();
        let latency = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (in_flight, pushes, merges) = (Gauge::default(), Family::default(), Counter::default());
        let landings = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit("http_request_duration", "Time to the answer", Unit::Seconds, latency.clone());
        registry.register("http_requests_in_flight", "Requests under way", in_flight.clone());
        registry.register("git_pushes", "Pushes that ended, by what git's process came to", pushes.clone());
        registry.register("update_merges", "Updates merged over the API", merges.clone());
        registry.register(
            "index_landings",
            "Landings of all repositories, by whether they are indexed",
            landings.clone(),
        );
        Self { registry, requests, latency, in_flight, pushes, merges, landings }
    }

    /// Counts a request as under way until the guard is dropped.
    pub(super) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer.
    pub(super) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.latency.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }

    /// Counts a push.
    pub(super) fn pushed(&self, success: bool) {
        let result = if success { "ok" } else { "failed" };
        self.pushes.get_or_create(&Outcome { result }).inc();
    }

    /// Counts a merge.
    pub(super) fn merged(&self) {
        self.merges.inc();
    }

    /// Takes note of how far the indexes are.
    pub(super) fn covered(&self, covered: Coverage) {
        let missing = covered.landings - covered.indexed.min(covered.landings);
        for (state, count) in [("indexed", covered.indexed), ("missing", missing)] {
            self.landings.get_or_create(&Share { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// Everything that is counted, as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
