//! Who asks. A guard in a handler's signature is its permission: not signed in, the way to the sign-in page; signed in
//! without the access, not found.

use std::io::Cursor;
use std::ops::Deref;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Data, Response, Route, get, routes, uri};

use crate::domain::permission::{Act, Subject, Who, may};
use crate::domain::signin::{self, Signin};
use crate::error::{Error, Result};
use crate::types::Access;
use crate::web::app::App;
use crate::web::cookie;
use crate::web::more::nav;
use crate::web::page::Viewer;

/// What the request's cookie stands for; found out once a request.
enum Current {
    In { signin: Signin, csrf: String },
    Out,
    Unknown,
}

/// Left by the guard of a signed-in person: the token their forms must carry.
struct Guarded(String);

async fn current<'r>(request: &'r Request<'_>) -> &'r Current {
    request
        .local_cache_async(async {
            let Some(app) = request.rocket().state::<App>() else { return Current::Out };
            let Some(token) = cookie::signin(app, request.cookies()) else { return Current::Out };
            let csrf = app.db.seal().fingerprint("csrf", &token);
            match app.blocking(move |db, clock| signin::resume(db, clock, &token)).await {
                Ok(Some(signin)) => Current::In { signin, csrf },
                Ok(None) => Current::Out,
                Err(error) => {
                    tracing::error!(error = %error, "a sign-in could not be read");
                    Current::Unknown
                }
            }
        })
        .await
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Signin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Signin, ()> {
        match current(request).await {
            Current::In { signin, csrf } => {
                request.local_cache(|| Some(Guarded(csrf.clone())));
                request.local_cache(|| {
                    Some(Viewer { name: signin.who.name.clone(), nav: nav(&signin.who), csrf: csrf.clone() })
                });
                Outcome::Success(signin.clone())
            }
            Current::Out => Outcome::Error((Status::Unauthorized, ())),
            Current::Unknown => Outcome::Error((Status::ServiceUnavailable, ())),
        }
    }
}

/// The token that a form sent with this request must carry: the sign-in's, when a guard asked for one, or that of
/// whoever is about to sign in. None in a build without a register, where there is nothing to protect.
pub(super) fn expected_csrf(request: &Request<'_>) -> Option<String> {
    let app = request.rocket().state::<App>()?;
    match request.local_cache(|| None::<Guarded>) {
        Some(Guarded(csrf)) => Some(csrf.clone()),
        None => Some(cookie::form_token(app, request.cookies()).unwrap_or_default()),
    }
}

/// Whether `sent` is the token this request's form must carry.
pub fn is_own_form(request: &Request<'_>, sent: &str) -> bool {
    use subtle::ConstantTimeEq;
    match expected_csrf(request) {
        Some(expected) => !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.as_bytes())),
        None => true,
    }
}

/// A request whose form is not read as `Typed`, such as one with a file.
pub struct Asking<'r>(&'r Request<'r>);

impl Asking<'_> {
    /// Whether the form was one of ours.
    ///
    /// # Errors
    /// `Forbidden` when its token is another.
    pub fn sent_own_form(&self, csrf: &str) -> Result<()> {
        if is_own_form(self.0, csrf) {
            return Ok(());
        }
        Err(Error::Forbidden("This form is not one of ours, or is too old. Load the page again."))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asking<'r> {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Asking<'r>, Self::Error> {
        Outcome::Success(Asking(request))
    }
}

macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident = $rule:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Signin);

        impl Deref for $name {
            type Target = Who;
            fn deref(&self) -> &Who {
                &self.0.who
            }
        }

        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name {
            type Error = ();

            async fn from_request(request: &'r Request<'_>) -> Outcome<$name, ()> {
                let rule: fn(&Who) -> bool = $rule;
                match Signin::from_request(request).await {
                    Outcome::Success(signin) if rule(&signin.who) => Outcome::Success($name(signin)),
                    Outcome::Success(_) => Outcome::Error((Status::NotFound, ())),
                    Outcome::Error(error) => Outcome::Error(error),
                    Outcome::Forward(status) => Outcome::Forward(status),
                }
            }
        }
    )+};
}

guards! {
    /// The transport team: officers, and decision makers, who may do all that officers do.
    Officer = |who| who.has(Access::Officer) || who.has(Access::DecisionMaker);
    /// Who may sit on a panel: the transport team, and panel members.
    Sitter = |who| who.has(Access::Officer) || who.has(Access::DecisionMaker) || who.has(Access::PanelMember);
    /// Who decides, waives and holds.
    DecisionMaker = |who| who.has(Access::DecisionMaker);
    /// Who inspects.
    ComplianceOfficer = |who| who.has(Access::ComplianceOfficer);
    /// Who reads the trail.
    Auditor = |who| who.has(Access::Auditor);
    /// Who looks after users and jobs, and sees no person's data.
    Admin = |who| who.has(Access::Admin);
    /// Somebody of a contractor; [`Who::firms`] says of which.
    ContractorUser = |who| who.has(Access::Contractor);
    /// Who begins applications and sends them in: contractors their own, the transport team any.
    Submitter = |who| may(who, Act::Apply, Subject::Register).is_ok();
    /// Who books training: contractors their own people, the transport team anybody.
    Booker = |who| may(who, Act::BookTraining, Subject::Register).is_ok();
    /// Anybody of the council who sees people.
    Staff = Who::is_staff;
    /// Anybody of the council, admins too.
    Council = |who| who.accesses.iter().any(|(access, _)| *access != Access::Contractor);
}

/// Refuses what another site makes a browser send, whatever route it is for, and shows the way to the sign-in page.
pub struct Gate;

#[rocket::async_trait]
impl Fairing for Gate {
    fn info(&self) -> Info {
        Info { name: "gate", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        if !matches!(request.method(), Method::Get | Method::Head | Method::Options) && !is_own_site(request) {
            tracing::warn!(request_id = super::log::request_id(request), "a request from another site was refused");
            request.set_method(Method::Get);
            request.set_uri(uri!(another_site));
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if response.status() != Status::Unauthorized || !matches!(request.method(), Method::Get | Method::Head) {
            return;
        }
        // The path only: a query may hold what was typed.
        let path = request.uri().path();
        let query = match path.as_str() {
            "/" => String::new(),
            path => {
                format!("?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("next", path).finish())
            }
        };
        response.set_status(Status::SeeOther);
        response.set_raw_header("Location", format!("/sign-in{query}"));
        response.set_sized_body(0, Cursor::new(""));
    }
}

/// Browsers say where a request comes from; one that says nothing is no browser's form and is refused too.
fn is_own_site(request: &Request<'_>) -> bool {
    let header = |name: &str| request.headers().get_one(name);
    match (header("Sec-Fetch-Site"), header("Origin"), request.rocket().state::<App>()) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(app)) => origin == app.origin(),
        _ => false,
    }
}

#[get("/refused/another-site")]
fn another_site() -> Status {
    Status::Forbidden
}

/// What the gate turns refused requests into.
pub fn routes() -> Vec<Route> {
    routes![another_site]
}
