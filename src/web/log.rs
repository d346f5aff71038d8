//! One line for each request: method, route's pattern, status, milliseconds, request id. Never the address
//! that was asked for: paths hold ids and queries hold what was typed.

use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Data, Request, Response};

/// The request's number and its start.
struct Arrival {
    id: String,
    at: Instant,
}

fn arrival<'r>(request: &'r Request<'_>) -> &'r Arrival {
    request.local_cache(|| Arrival { id: format!("{:016x}", rand::random::<u64>()), at: Instant::now() })
}

/// The request's id, as its answer's `X-Request-Id` and its log lines carry it.
pub fn request_id<'r>(request: &'r Request<'_>) -> &'r str {
    &arrival(request).id
}

/// Numbers requests and logs them.
pub struct RequestLog;

#[rocket::async_trait]
impl Fairing for RequestLog {
    fn info(&self) -> Info {
        Info { name: "request log", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        arrival(request);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Arrival { id, at } = arrival(request);
        let route = request.route().map_or_else(|| "-".to_owned(), |route| route.uri.to_string());
        tracing::info!(
            method = request.method().as_str(),
            route,
            status = response.status().code,
            ms = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id = id,
            "request"
        );
        response.set_header(Header::new("X-Request-Id", id.clone()));
    }
}
