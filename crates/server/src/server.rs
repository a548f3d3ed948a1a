//! Starts the server: loads everything, binds the addresses, and only then answers.

mod addresses;
mod error;

use crate::aggregators::registry::Aggregators;
use crate::app::{App, Shared, Side};
use crate::audit::{Audit, Kind};
use crate::catalogue::{Catalogue, Details, Logos};
use crate::config::Options;
use crate::config::clients::ClientsError;
use crate::config::exposed;
use crate::config::public_url::PublicUrl;
use crate::config::registry::{Registry, SandboxClient, Source};
use crate::engine::beats;
use crate::engine::cleanup;
use crate::engine::ends::Ends;
use crate::engine::news::{self, News};
use crate::engine::others;
use crate::engine::sync::Syncs;
use crate::faults::Faults;
use crate::http::widget::{Places, Widget};
use crate::limits::{Limit, Limits};
use crate::metrics::exposition;
use crate::routes::{self, security};
use crate::serving::{self, Counts, Serving};
use crate::store::lease::{self, Lease};
use crate::store::nodes;
use crate::store::readiness::Readiness;
use crate::store::wire;
use crate::store::{self, Db};
use crate::tls::Tls;
use crate::webhooks::Webhooks;
use addresses::{
    demo_listener, listen, local_address, metrics_listener, origin_of, own_origins,
    sandbox_redirect_uris,
};
use axum::{Extension, Router};
pub use error::StartError;
use jiff::Timestamp;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A running server.
pub struct Server {
    address: SocketAddr,
    demo_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    app: Shared,
    serving: Arc<Serving>,
    tls: Option<Arc<Tls>>,
    metrics_address: Option<SocketAddr>,
    tasks: JoinSet<()>,
    /// Nobody else works with the file as long as this one does.
    _lease: Option<Lease>,
}

impl Server {
    /// Returns once requests are answered.
    pub async fn start(options: Options) -> Result<Server, StartError> {
        let public = options.public_url.clone();
        if let Some(public) = public.as_ref().filter(|url| routes::is_taken(url.path())) {
            return Err(StartError::PathTaken(public.clone()));
        }
        let path = public.as_ref().map_or("", PublicUrl::path);
        let places = Places {
            api: path.to_owned(),
            folder: path.to_owned(),
            elsewhere: options.static_url.clone(),
        };
        let widget =
            Widget::read(&options.dist, places).map_err(|source| StartError::NoWidget {
                directory: options.dist.clone(),
                source,
            })?;
        if options.clients.is_none() && !options.sandbox {
            return Err(ClientsError::None.into());
        }
        exposed::check(&options)?;
        let mut source = Source {
            file: options.clients.clone(),
            sandbox: options.sandbox.then(|| SandboxClient {
                public: public.as_ref().map(|url| url.origin().clone()),
                redirect_uris: Vec::new(),
            }),
        };
        // Before anything else is touched: they may be no good.
        source.read()?;
        let tls = Tls::read(&options.tls)?.map(Arc::new);
        let plan = options.aggregators.read()?;
        let audit = audit(&options)?;
        // Before the database is touched: whoever has the port already may be working with it.
        let listener = listen(options.listen)?;
        let address = local_address(&listener, options.listen)?;
        let demo_listener = demo_listener(&options);
        let demo_address = demo_listener
            .as_ref()
            .and_then(|listener| listener.local_addr().ok());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let own = public.unwrap_or_else(|| origin_of(scheme, address).into());
        let metrics_listener = metrics_listener(&options)?;
        let metrics_address = metrics_listener.as_ref();
        let metrics_address = metrics_address.and_then(|one| one.local_addr().ok());
        let mut aggregators = Aggregators::build(&plan.aggregators, &own)?;
        if options.sandbox {
            let step = Duration::from_millis(options.sandbox_step_ms.into());
            aggregators = aggregators.with_sandbox(step);
        }
        let aggregators = Arc::new(aggregators);
        let lease = match options.files.database.file() {
            Some(file) => Some(Lease::take(file, lease::PATIENCE).await?),
            None => None,
        };
        let catalogue = Catalogue::read(&options, aggregators.clone(), plan.banks)?;
        let db = database(&options, &catalogue).await?;
        let listens = [(scheme, Some(address)), ("http", demo_address)];
        let own_origins = own_origins(own.origin(), &listens);
        if let Some(client) = &mut source.sandbox {
            client.redirect_uris = sandbox_redirect_uris(&options, &own_origins, own.path())?;
            tracing::warn!(
                "sandbox: the client `demo` with the secret `demo-secret` exists, and test banks answer; never use this for real users"
            );
        }
        if !own.origin().is_trustworthy() {
            tracing::warn!(
                "--public-url {own} is not https: what users type can be read on its way, and their browsers keep no cookies of pages in frames"
            );
        }
        let (stop, stopping) = watch::channel(false);
        // A proxy stands before many users, and is none of them.
        let proxies = options.limits.proxies();
        let counted = proxies.clone();
        let uncounted = Box::new(move |address: IpAddr| counted.trusts(address.to_canonical()));
        let serving = Arc::new(Serving::new(&options.time_and_room, uncounted));
        let limits = Limits::new(&options.limits.limits, serving.most(), db.clone());
        Limit::all().for_each(|limit| audit.metrics.knows_limit(limit.name()));
        let known = aggregators.iter().chain(aggregators.sandbox());
        known.for_each(|member| audit.metrics.knows_aggregator(&member.id));
        let (wire, heard) = wire::open(&db, stopping.clone()).await?;
        let news = News::new(wire.clone());
        let app = Arc::new(App {
            syncs: Syncs::new(
                db.clone(),
                audit.clone(),
                aggregators.clone(),
                (news.clone(), wire),
                limits.cap(Limit::AnswersPerQuestion),
                Duration::from_millis(options.aggregator_pause_ms.into()),
            ),
            audit,
            limits,
            proxies,
            identity: db.vault().identity().clone(),
            db: db.clone(),
            aggregators,
            catalogue,
            details: Details::new(),
            logos: Logos::new().map_err(StartError::Outside)?,
            readiness: Readiness::default(),
            keeping: options.keeping,
            registry: Registry::read(source)?,
            widget,
            public: own.clone(),
            own_origins,
            ends: Ends::new(news.clone()),
            news,
            widget_origins: options.widget_origins,
            security: security::text(&options.security, own.origin(), Timestamp::now()),
            sandbox: options.sandbox,
            faults: Faults::default(),
            token_ttl: options.token_ttl,
            poll_timeout: Duration::from_secs(options.poll_timeout.into()),
            stopping: stopping.clone(),
        });
        let mut tasks = JoinSet::new();
        let webhooks = Webhooks::new(db.clone(), options.sandbox).map_err(StartError::Outside)?;
        app.audit.record(Kind::ServerStarted.event());
        let (going_on, later) = app.syncs.go_on().await?;
        if going_on + later > 0 {
            tracing::info!(
                going_on,
                later,
                "syncs that the last stop has cut off go on, or are done again later"
            );
        }
        if let Some(heard) = heard {
            tasks.spawn(others::hear(heard, app.news.clone(), app.syncs.clone()));
            let servers = nodes::count(&db).await?;
            tracing::info!(
                node = db.node(),
                servers,
                "this server shares its database with all that are started with it"
            );
        }
        go_on(&mut tasks, &app, webhooks);
        let beside = demo_address.map_or_else(|| own.clone(), |it| own.at(origin_of("http", it)));
        let side = Side { widget: beside };
        let main = router(&app, side);
        tasks.spawn(serving::serve(
            serving.clone(),
            listener,
            tls.clone(),
            main,
            stopping.clone(),
        ));
        if let Some(listener) = metrics_listener {
            // Its connections are none of the users', who may be many.
            let room = Serving::new(&options.time_and_room, Box::new(|_| false));
            let metrics = app.audit.metrics.clone();
            let router = exposition::router(metrics, &app, serving.clone());
            let stopping = stopping.clone();
            tasks.spawn(serving::serve(
                Arc::new(room),
                listener,
                None,
                router,
                stopping,
            ));
        }
        if let Some(listener) = demo_listener {
            let side = Side {
                widget: own.clone(),
            };
            let second = router(&app, side);
            let plain = None;
            tasks.spawn(serving::serve(
                serving.clone(),
                listener,
                plain,
                second,
                stopping,
            ));
        }
        tracing::info!("listening on {scheme}://{address}");
        if let Some(address) = metrics_address {
            tracing::info!("metrics are at http://{address}/metrics");
        }
        if let Some(demo_address) = demo_address {
            tracing::info!("listening on http://{demo_address} as well");
        }
        if options.sandbox {
            tracing::info!("the demo shop is at {own}/demo/");
        }
        Ok(Server {
            address,
            demo_address,
            stop,
            app,
            serving,
            tls,
            metrics_address,
            tasks,
            _lease: lease,
        })
    }

    #[cfg(test)]
    pub fn app(&self) -> &App {
        &self.app
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn demo_address(&self) -> Option<SocketAddr> {
        self.demo_address
    }

    /// Where `GET /metrics` is.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Opens the audit log, and reads the clients and the certificate again. A file that cannot be used changes nothing.
    pub fn reload(&self) {
        // First of all, so that what follows stands in the new file.
        self.app.audit.reopen();
        if let Some(tls) = &self.tls {
            match tls.read_again() {
                Ok(()) => tracing::info!("the certificate is read again"),
                Err(error) => {
                    tracing::error!("the certificate is not read again, and stays: {error}");
                }
            }
        }
        match self.app.registry.read_again() {
            Ok(gone) => {
                self.app.audit.record(Kind::ClientsReloaded.with("ok"));
                gone.iter().for_each(|id| self.app.ends.of_client(id));
                let clients = self.app.clients().len();
                tracing::info!(clients, "the clients are read again");
            }
            Err(error) => {
                self.app.audit.record(Kind::ClientsReloaded.with("failed"));
                tracing::error!("the clients are not read again, and stay as they were: {error}");
            }
        }
    }

    /// What has happened to connections since the start.
    pub fn counts(&self) -> &Counts {
        self.serving.counts()
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.serving.open()
    }

    /// How many requests wait for news.
    pub fn waiting(&self) -> usize {
        self.app.limits.waiting()
    }

    /// Ends waiting polls at once, lets other answers finish, closes the database.
    pub async fn stop(mut self) {
        self.app.readiness.leave();
        self.serving.drain().await;
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.app.syncs.finish().await;
        if let Err(error) = nodes::leave(&self.app.db).await {
            tracing::warn!(%error, "the other servers hear a little later that this one has stopped");
        }
        self.app.audit.settle();
        self.app.audit.record(Kind::ServerStopped.event());
        self.app.db.close().await;
        // Last: it waits as long as its disk is full.
        self.app.audit.close().await;
    }
}

fn router(app: &Shared, side: Side) -> Router {
    routes::router(app.clone()).layer(Extension(side))
}

/// What is done all the time beside the answers, until the server stops.
fn go_on(tasks: &mut JoinSet<()>, app: &Shared, webhooks: Arc<Webhooks>) {
    let (happened, news, mut stopped) =
        (app.db.happenings(), app.news.clone(), app.stopping.clone());
    tasks.spawn(async move {
        tokio::select! {
            () = news::pass_on(happened, news) => {}
            _ = stopped.wait_for(|stopping| *stopping) => {}
        }
    });
    let cleaned = app.clone();
    tasks.spawn(async move {
        let kept = cleanup::Kept {
            db: &cleaned.db,
            syncs: &cleaned.syncs,
            keeping: &cleaned.keeping,
        };
        let stopping = || cleaned.stopping.clone();
        tokio::join!(
            cleanup::hourly(&kept, stopping()),
            cleanup::each_minute(&kept, stopping(), || {
                cleaned.limits.clean();
                cleaned.audit.clean();
            }),
            cleanup::each_second(&kept, stopping()),
            beats::go_on(&cleaned.db, &cleaned.syncs, stopping()),
            cleaned.catalogue.hourly(&cleaned.db, stopping()),
        );
    });
    let told = app.clone();
    tasks.spawn(async move {
        let stopping = told.stopping.clone();
        webhooks.go_on(|| told.clients(), stopping).await;
    });
}

fn audit(options: &Options) -> Result<Audit, StartError> {
    let file = options.audit.file();
    Audit::open(file).map_err(|source| StartError::AuditLog {
        file: file.unwrap_or(Path::new("-")).into(),
        source,
    })
}

/// The open database, with the catalogue in it and without syncs that nobody goes on with.
async fn database(options: &Options, catalogue: &Catalogue) -> Result<Db, StartError> {
    let address = &options.files.database;
    let db = store::open(address, &options.files.keys(), options.manner())
        .await
        .map_err(|source| StartError::Database {
            address: address.to_string(),
            source,
        })?;
    catalogue.start(&db).await?;
    cleanup::clean(&db, &options.keeping, Timestamp::now()).await?;
    // Whoever has said so says it again within a few seconds, which all before takes longer than.
    nodes::enter(&db).await?;
    Ok(db)
}
