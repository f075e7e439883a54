//! `xinglin serve`: start, listen, stop.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use jiff::ToSpan as _;
use tokio::net::TcpListener;
use xinglin_api::{ApiConfig, agents::AgentListener};
use xinglin_app::{App, AppConfig, demo};
use xinglin_core::{Clock as _, FixedClock, SystemClock};

use crate::{
    cli::ServeArgs,
    commands::{Failure, Outcome, StopSignals, runtime, start_log},
    config::{AgentsConfig, ServeConfig},
    content,
    printer::Printer,
};

// What is under way when the server is told to stop may take this long to end.
const PATIENCE: Duration = Duration::from_secs(10);

// What ends with a day is noticed within the hour.
const RECONCILE_EVERY: Duration = Duration::from_hours(1);

pub(crate) fn run(
    args: ServeArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let config = ServeConfig::resolve(args).map_err(Failure::input)?;
    let content = content::load(content_dir).map_err(Failure::input)?;
    start_log();
    runtime()?
        .block_on(serve(config, content, printer))
        .map_err(Failure::internal)?;
    Ok(Outcome::Done)
}

async fn serve(
    config: ServeConfig,
    content: xinglin_app::Content,
    printer: &mut Printer,
) -> anyhow::Result<()> {
    let app_config = AppConfig {
        data_dir: config.data.clone(),
        demo: config.demo,
    };
    if config.demo {
        let with_logs = !config.demo_without_logs;
        build_demo(&app_config, &content, with_logs, printer).await?;
    }
    let app = Arc::new(App::open(app_config, content, Arc::new(SystemClock)).await?);
    let stop = StopSignals::watch()?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    printer.note(&format!("listening on http://{address}"));
    if let Some(agents) = config.agents {
        let AgentsConfig { listen, names } = agents;
        let agents = AgentListener::bind(Arc::clone(&app), listen, names).await?;
        printer.note(&format!("listening for agents on {}", agents.url()));
        let stopped = app.tasks().stopped();
        app.tasks().spawn("agents", agents.serve(stopped));
    }
    app.open_logs().await?;
    let listening = app.receive_logs(config.syslog).await?;
    for (way, address) in [
        ("UDP", listening.udp),
        ("TCP", listening.tcp),
        ("TLS", listening.tls),
    ] {
        if let Some(address) = address {
            printer.note(&format!("listening for syslog by {way} on {address}"));
        }
    }
    app.start_logs();
    app.start_detection()?;
    if let Some(sign_ins) = app.demo_sign_ins().filter(|_| config.demo) {
        printer.note("sign-ins of the demonstration (user name, password, roles):");
        printer.note(sign_ins.trim_end());
    }
    let api = ApiConfig {
        page: Some(&content::PAGE),
        problems: Some(&content::PROBLEMS),
        secure_cookie: config.secure_cookie,
    };
    app.start_reconcilers(RECONCILE_EVERY);
    app.start_integrity_watch();
    let router = xinglin_api::router(Arc::clone(&app), api);
    let ending = Arc::clone(&app);
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        stop.wait().await;
        // Whoever follows logs would otherwise never let go.
        ending.tasks().ask_to_stop();
    })
    .await?;
    app.stop(PATIENCE).await;
    printer.note("stopped");
    Ok(())
}

/// Fills an empty data folder with the demonstration hospital, on a clock of its own.
async fn build_demo(
    config: &AppConfig,
    content: &xinglin_app::Content,
    with_logs: bool,
    printer: &mut Printer,
) -> anyhow::Result<()> {
    let today = SystemClock.now();
    let start = today - (demo::STARTS_DAYS_AGO * 24).hours();
    let clock = Arc::new(FixedClock::new(start));
    let app = App::open(config.clone(), content.clone(), clock.clone()).await?;
    if app.set_up_needed().await? {
        printer.note("building the demonstration hospital …");
        app.build_demo(&clock, today, with_logs).await?;
    }
    app.close().await?;
    Ok(())
}
