//! Puts the router together, and serves it until it is told to stop.

use super::app::App;
use super::options::ServeOptions;
use super::patience::Patient;
use super::tasks::Tasks;
use super::{api, auth, limits, once, trace};
use crate::engine::Engine;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::from_fn_with_state as layer;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// How long the server rests when it cannot accept a connection, such as without file descriptors.
const REST: Duration = Duration::from_millis(50);

/// How often it is looked whether an audit chain is to be anchored.
const ANCHOR_EVERY: Duration = Duration::from_secs(60);

/// The router of a server.
pub fn router(engine: Arc<Engine>, options: ServeOptions) -> Router {
    routed(App::new(engine, options))
}

fn routed(app: App) -> Router {
    let routes = api::all();
    let api = routes
        .api
        .route_layer(layer(app.clone(), once::guard))
        .route_layer(layer(app.clone(), auth::require))
        .route_layer(layer(app.clone(), limits::bound));
    let git = routes.git.route_layer(layer(app.clone(), auth::require));
    let all = api.merge(git).merge(routes.open).layer(CatchPanicLayer::custom(trace::panicked));
    all.layer(layer(app.clone(), trace::follow)).with_state(app)
}

/// Serves until `shutdown`; then takes no more connections and gives requests under way time to finish.
pub async fn serve(
    engine: Arc<Engine>,
    listener: TcpListener,
    options: ServeOptions,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let app = App::new(engine, options);
    app.follow_changes();
    let server = Server::new(app.clone());
    let mut shutdown = pin!(shutdown);
    let anchoring = tokio::spawn(anchor(app.clone()));
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            () = server.accept(&listener) => {}
        }
    }
    drop(listener);
    server.stop().await;
    anchoring.abort();
    let engine = app.engine.clone();
    tokio::task::spawn_blocking(move || engine.anchor_all()).await.map_err(io::Error::other)
}

/// Anchors the audit chains, and removes what imports keep no longer, whenever it is time.
async fn anchor(app: App) {
    let mut minutes = tokio::time::interval(ANCHOR_EVERY);
    loop {
        minutes.tick().await;
        let engine = app.engine.clone();
        // A panic there was told where it happened; the next minute tries again.
        let upkeep = move || {
            engine.anchor_where_due();
            engine.sweep_where_due();
        };
        _ = tokio::task::spawn_blocking(upkeep).await;
    }
}

/// The connections of a server.
struct Server {
    app: App,
    router: Router,
    room: Arc<Semaphore>,
    connections: Tasks,
    stop: watch::Sender<bool>,
}

impl Server {
    fn new(app: App) -> Self {
        let room = Arc::new(Semaphore::new(app.options.max_connections));
        Self { router: routed(app.clone()), app, room, connections: Tasks::new(), stop: watch::Sender::new(false) }
    }

    /// Accepts one connection, once there is room for it.
    async fn accept(&self, listener: &TcpListener) {
        let place = self.room.clone().acquire_owned().await.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((stream, peer)) => self.begin(stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }

    fn begin(&self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        let connection = Connection {
            router: self.router.clone(),
            header_timeout: self.app.options.header_timeout,
            write_stall: self.app.options.write_stall,
            stop: self.stop.subscribe(),
            peer,
        };
        self.connections.spawn(async move {
            connection.serve(stream).await;
            drop(place);
        });
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        self.app.tail.stop();
        let idle = async {
            self.connections.idle().await;
            self.app.tasks.idle().await;
        };
        if tokio::time::timeout(self.app.options.drain, idle).await.is_err() {
            tracing::warn!("requests were still under way when the time to finish them was over");
        }
    }
}

/// One connection.
struct Connection {
    router: Router,
    header_timeout: Duration,
    write_stall: Duration,
    stop: watch::Receiver<bool>,
    peer: SocketAddr,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        // Answers are written whole, so waiting for more to send with them only costs time.
        _ = stream.set_nodelay(true);
        let (router, peer) = (self.router, self.peer);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.header_timeout).max_header_size(LARGEST_HEAD);
        let mut connection = pin!(http.serve_connection(TokioIo::new(Patient::new(stream, self.write_stall)), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = self.stop.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
