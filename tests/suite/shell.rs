//! What every page has whatever it says: headers, error pages, assets, the statement.

use chaperone::config::Config;
use chaperone::error::{Error, Result};
use chaperone::types::Secret;
use chaperone::web;
use chaperone::web::assets::asset;
use chaperone::web::form::Typed;
use chaperone::web::page::{Frame, NavItem, Viewer};
use rocket::http::{ContentType, Header, Status};
use rocket::local::blocking::{Client, LocalResponse};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Rocket, get, post, routes};

use crate::log_lines;

fn config() -> Config {
    Config { secret_key: Secret::new("a key of more than thirty-two characters"), ..Config::default() }
}

fn rocket(config: &Config) -> Rocket<Build> {
    web::build(config)
        .unwrap()
        .mount("/try", routes![missing, forbidden, conflict, broken, panics, away, take, address, inside])
}

fn client() -> Client {
    Client::tracked(rocket(&config())).unwrap()
}

#[get("/missing")]
fn missing() -> Result<()> {
    Err(Error::NotFound)
}

#[get("/forbidden")]
fn forbidden() -> Result<()> {
    Err(Error::Forbidden("Only a decision maker may decide."))
}

#[get("/conflict")]
fn conflict() -> Result<()> {
    Err(Error::Conflict("Someone else decided this case.".into()))
}

#[get("/broken")]
fn broken() -> Result<()> {
    Err(Error::internal("the canary is Marjorie"))
}

#[get("/panics")]
fn panics() -> &'static str {
    panic!("on purpose")
}

#[get("/away")]
fn away() -> Result<()> {
    Err(Error::Unavailable("the canary is Marjorie".into()))
}

#[post("/take", data = "<form>")]
fn take(form: Typed) -> String {
    form.text("name").to_owned()
}

#[get("/address")]
fn address(ip: Option<std::net::IpAddr>) -> String {
    format!("{ip:?}")
}

/// Stands in for the guard of a signed-in person.
struct Priya;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Priya {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Priya, ()> {
        let nav = vec![NavItem::new("Today", "/today"), NavItem::new("Trials", "/try")];
        request.local_cache(|| Some(Viewer { name: "Priya Shah".into(), nav, csrf: "token-9".into() }));
        Outcome::Success(Priya)
    }
}

#[get("/inside/<_id>")]
fn inside(_priya: Priya, _frame: Frame, _id: i64) -> Result<()> {
    Err(Error::NotFound)
}

fn header<'a>(response: &'a LocalResponse<'_>, name: &str) -> &'a str {
    response.headers().get_one(name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn every_answer_carries_the_headers() {
    let client = client();
    let style = asset("main.css");
    let paths = ["/accessibility", "/health/live", "/nowhere", "/try/forbidden", "/try/broken", "/try/panics"];
    for path in paths.into_iter().chain(["/assets/brand.css", "/assets/none/main.css", "/..%2f..%2fetc", &style]) {
        let response = client.get(path).dispatch();
        let policy = header(&response, "Content-Security-Policy");
        for rule in ["default-src 'none'", "script-src 'self' 'sha256-", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header(&response, "X-Content-Type-Options"), "nosniff", "{path}");
        assert_eq!(header(&response, "Referrer-Policy"), "same-origin", "{path}");
        assert!(header(&response, "Permissions-Policy").contains("camera=()"), "{path}");
        assert_eq!(header(&response, "X-Request-Id").len(), 16, "{path}");
        assert!(response.headers().get_one("Strict-Transport-Security").is_none(), "{path}");
        let kept = header(&response, "Cache-Control");
        let is_file = response.status() == Status::Ok && path.starts_with("/assets/");
        assert_eq!(kept.starts_with("public"), is_file, "{path}: {kept}");
    }
}

#[test]
fn the_policy_names_the_one_inline_script() {
    use base64::Engine;
    use sha2::Digest;
    let client = client();
    let response = client.get("/accessibility").dispatch();
    let policy = header(&response, "Content-Security-Policy").to_owned();
    let html = response.into_string().unwrap();
    let inline: Vec<_> = html.split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect();
    assert_eq!(inline.len(), 1);
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(inline[0]));
    assert!(policy.contains(&format!("'sha256-{digest}'")), "{policy}");
    assert!(!html.contains("style=") && !html.contains("onclick="));
}

#[test]
fn https_is_insisted_on_where_it_is_used() {
    let secure = Config { base_url: "https://register.example.org".into(), ..config() };
    let client = Client::tracked(rocket(&secure)).unwrap();
    let response = client.get("/nowhere").dispatch();
    assert!(header(&response, "Strict-Transport-Security").starts_with("max-age=31536000"));
}

#[test]
fn an_error_says_what_to_do_and_nothing_of_its_cause() {
    let client = client();
    for (path, status, heading, sentence) in [
        ("/nowhere", Status::NotFound, "Page not found", "check it is correct"),
        ("/try/forbidden", Status::Forbidden, "You cannot do this", "Only a decision maker may decide."),
        ("/try/conflict", Status::Conflict, "This has changed since you opened it", "Someone else decided this case."),
        ("/try/broken", Status::InternalServerError, "problem with the service", "give this reference"),
        ("/try/panics", Status::InternalServerError, "problem with the service", "give this reference"),
        ("/try/away", Status::ServiceUnavailable, "unavailable", "use it later"),
    ] {
        let response = client.get(path).dispatch();
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.content_type(), Some(ContentType::HTML), "{path}");
        let id = header(&response, "X-Request-Id").to_owned();
        let html = response.into_string().unwrap();
        assert!(html.contains(heading) && html.contains(sentence), "{path}: {html}");
        assert!(!html.contains("Marjorie") && !html.contains("on purpose"), "{path}");
        assert_eq!(html.contains(&id), status == Status::InternalServerError, "{path}");
        assert!(html.contains("– Chaperone – Exampleshire County Council</title>"), "{path}");
        assert_eq!(html.matches("<h1").count(), 1, "{path}");
    }
}

#[test]
fn what_may_not_be_seen_reads_like_what_is_not_there() {
    let client = client();
    let absent = client.get("/nowhere").dispatch().into_string();
    let hidden = client.get("/try/missing").dispatch().into_string();
    assert!(absent.is_some());
    assert_eq!(absent, hidden);
}

#[test]
fn a_form_is_read_within_its_caps() {
    let client = client();
    let send = |body: String| client.post("/try/take").header(ContentType::Form).body(body).dispatch();
    assert_eq!(send("name=+Ann%0D%0ALee%00+".into()).into_string().unwrap(), "Ann\nLee");
    assert_eq!(send(format!("name={}", "x".repeat(70_000))).status(), Status::PayloadTooLarge);
    assert_eq!(send("a=1&".repeat(201)).status(), Status::PayloadTooLarge);
    let json = client.post("/try/take").header(ContentType::JSON).body("{}").dispatch();
    assert_eq!(json.status(), Status::UnsupportedMediaType);
}

#[test]
fn files_are_kept_for_ever_under_their_digest() {
    let client = client();
    for (file, kind) in [("main.css", "text/css"), ("main.js", "text/javascript"), ("favicon.svg", "image/svg+xml")] {
        let response = client.get(asset(file)).dispatch();
        assert_eq!(response.status(), Status::Ok, "{file}");
        assert!(header(&response, "Content-Type").starts_with(kind), "{file}");
        assert_eq!(header(&response, "Cache-Control"), "public, max-age=31536000, immutable");
    }
    for path in ["/assets/0000000000000000/main.css", "/assets/none/build.mjs", "/assets/main.css"] {
        assert_eq!(client.get(path).dispatch().status(), Status::NotFound, "{path}");
    }
    let brand = client.get("/assets/brand.css").dispatch().into_string().unwrap();
    assert_eq!(brand, ":root{--brand:#1d5a5a}\n");
}

#[test]
fn an_address_is_believed_only_from_a_named_proxy() {
    let asked = |config: &Config, name: &'static str| {
        let client = Client::tracked(rocket(config)).unwrap();
        client.get("/try/address").header(Header::new(name, "203.0.113.9")).dispatch().into_string().unwrap()
    };
    assert_eq!(asked(&config(), "X-Real-IP"), "None");
    let behind = Config { proxy_ip_header: "X-Forwarded-Client".into(), ..config() };
    assert_eq!(asked(&behind, "X-Forwarded-Client"), "Some(203.0.113.9)");
    assert_eq!(asked(&behind, "X-Real-IP"), "None");
}

#[test]
fn the_accessibility_statement_is_open_to_all_and_linked() {
    let client = client();
    let html = client.get("/accessibility").dispatch().into_string().unwrap();
    assert!(html.contains("version 2.2 at level AA"));
    assert!(html.contains("href=\"/accessibility\""));
    assert!(html.contains("<title>Accessibility statement – Chaperone – Exampleshire County Council</title>"));
}

#[test]
fn anybody_may_read_what_becomes_of_their_data_and_how_a_record_is_weighed() {
    let client = client();
    for path in ["/privacy", "/ex-offenders"] {
        let html = client.get(path).dispatch().into_string().unwrap();
        for text in ["Exampleshire County Council", "County Hall", "data-protection@council.example.org"] {
            assert!(html.contains(text), "{path}: {text}");
        }
        assert!(html.contains(&format!("href=\"{path}\"")), "in the footer");
    }
}

#[test]
fn a_signed_in_person_has_a_menu_and_a_way_out_even_on_an_error_page() {
    let client = client();
    let html = client.get("/try/inside/7").dispatch().into_string().unwrap();
    assert!(html.contains("Page not found"));
    assert!(html.contains("href=\"/try\" aria-current=\"true\""), "{html}");
    assert!(html.contains("action=\"/sign-out\"") && html.contains("value=\"token-9\"") && html.contains("Priya Shah"));
}

#[test]
fn the_log_names_the_route_and_never_the_address() {
    log_lines::keep();
    let client = client();
    let id = header(&client.get("/try/inside/987654321098765432?q=Desdemona").dispatch(), "X-Request-Id").to_owned();
    let written = log_lines::with(&id);
    assert_eq!(written.len(), 1, "{written:?}");
    let line: serde_json::Value = serde_json::from_str(&written[0]).unwrap();
    assert_eq!(line["fields"]["route"], "/try/inside/<_id>");
    assert_eq!(line["fields"]["status"], 404);
    assert_eq!(line["fields"]["method"], "GET");
    for private in ["987654321098765432", "Desdemona"] {
        assert_eq!(log_lines::with(private), Vec::<String>::new());
    }
}
