//! Figures for a monitor, in Prometheus' text form: on this machine, or with the configured token. No label holds
//! an id, an address or a name.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::{Build, Data, Request, Response, Rocket, Route, State, get, routes};

use crate::error::Result;
use crate::store::{Conn, job, outbox, trail};
use crate::types::At;
use crate::web::app::App;

/// Upper bounds of the histogram, in milliseconds.
const BOUNDS: [u64; 9] = [5, 10, 25, 50, 100, 250, 1000, 2500, 10_000];

/// What is counted in this process since it began.
#[derive(Default)]
struct Counts {
    buckets: [AtomicU64; BOUNDS.len()],
    requests: AtomicU64,
    micros: AtomicU64,
    failed_signins: AtomicU64,
}

/// Counts requests.
#[derive(Default)]
pub struct Meter(Arc<Counts>);

struct Began(Instant);

#[rocket::async_trait]
impl Fairing for Meter {
    fn info(&self) -> Info {
        Info { name: "meter", kind: Kind::Ignite | Kind::Request | Kind::Response }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> rocket::fairing::Result {
        Ok(rocket.manage(self.0.clone()))
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| Began(Instant::now()));
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let took = request.local_cache(|| Began(Instant::now())).0.elapsed();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        self.0.micros.fetch_add(micros, Ordering::Relaxed);
        for (bound, bucket) in BOUNDS.iter().zip(&self.0.buckets) {
            if micros <= bound * 1000 {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        let refused = matches!(response.status(), Status::UnprocessableEntity | Status::TooManyRequests);
        if refused && request.method() == Method::Post && request.uri().path() == "/sign-in" {
            self.0.failed_signins.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Who may read the figures.
struct Monitor;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Monitor {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Monitor, ()> {
        let Some(app) = request.rocket().state::<App>() else { return Outcome::Error((Status::NotFound, ())) };
        if has_token(request, app.config.metrics.reveal()) || is_here(request) {
            Outcome::Success(Monitor)
        } else {
            Outcome::Error((Status::NotFound, ()))
        }
    }
}

fn has_token(request: &Request<'_>, token: &str) -> bool {
    use subtle::ConstantTimeEq;
    let sent = request.headers().get_one("Authorization").and_then(|value| value.strip_prefix("Bearer "));
    !token.is_empty() && sent.is_some_and(|sent| bool::from(sent.as_bytes().ct_eq(token.as_bytes())))
}

/// A proxy on this machine passes on what comes from elsewhere, and says so.
fn is_here(request: &Request<'_>) -> bool {
    let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP"];
    request.client_ip().is_some_and(|ip: IpAddr| ip.is_loopback())
        && !forwarded.iter().any(|name| request.headers().contains(name))
}

/// What the register says.
struct Figures {
    waiting: i64,
    jobs: Vec<(String, Option<At>)>,
    trail_ok: bool,
}

fn figures(conn: &mut Conn, now: At) -> Result<Figures> {
    let waiting = outbox::oldest_pending(conn)?.map_or(0, |at| now.since(at).num_seconds().max(0));
    let mut jobs = Vec::new();
    for beat in job::beats(conn)? {
        let done = job::last_done(conn, &beat.name)?.and_then(|run| run.finished_at);
        jobs.push((beat.name, done));
    }
    Ok(Figures { waiting, jobs, trail_ok: trail::ends_at_head(conn)? })
}

fn text(figures: &Figures, counts: &Counts) -> std::result::Result<String, std::fmt::Error> {
    let mut out = String::new();
    let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
    writeln!(out, "# TYPE outbox_oldest_pending_seconds gauge\noutbox_oldest_pending_seconds {}", figures.waiting)?;
    writeln!(out, "# TYPE job_last_success_timestamp_seconds gauge")?;
    for (job, done) in &figures.jobs {
        let at = done.map_or(0, |at| at.utc().timestamp());
        writeln!(out, "job_last_success_timestamp_seconds{{job=\"{job}\"}} {at}")?;
    }
    writeln!(out, "# TYPE signin_failures_total counter\nsignin_failures_total {}", read(&counts.failed_signins))?;
    writeln!(out, "# TYPE trail_ok gauge\ntrail_ok {}", u8::from(figures.trail_ok))?;
    writeln!(out, "# TYPE http_request_duration_seconds histogram")?;
    for (bound, bucket) in BOUNDS.iter().zip(&counts.buckets) {
        let seconds = std::time::Duration::from_millis(*bound).as_secs_f64();
        writeln!(out, "http_request_duration_seconds_bucket{{le=\"{seconds}\"}} {}", read(bucket))?;
    }
    let all = read(&counts.requests);
    writeln!(out, "http_request_duration_seconds_bucket{{le=\"+Inf\"}} {all}")?;
    let sum = std::time::Duration::from_micros(read(&counts.micros)).as_secs_f64();
    writeln!(out, "http_request_duration_seconds_sum {sum}\nhttp_request_duration_seconds_count {all}")?;
    Ok(out)
}

#[get("/metrics")]
async fn metrics(_monitor: Monitor, app: &State<App>, counts: &State<Arc<Counts>>) -> Result<String> {
    let now = app.clock.now();
    let figures = app.read(move |conn| figures(conn, now)).await?;
    text(&figures, counts).map_err(crate::error::Error::internal)
}

/// What this room answers.
pub fn routes() -> Vec<Route> {
    routes![metrics]
}
