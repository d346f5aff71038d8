//! The doors of the pages: cookies, forms and other sites, and who is let in where.

use chaperone::domain::{command, signin};
use chaperone::types::Access;
use rocket::http::{ContentType, Cookie, Header};

use crate::support::account::{PASSWORD, active, clock, firm, firm_grant, grant, invited, who};
use crate::support::browser::Browser;
use crate::support::database::TestDb;

const ADMIN: &str = "ada@council.example.org";
const OFFICER: &str = "dana@council.example.org";

fn world() -> TestDb {
    let test = TestDb::new();
    active(&test, ADMIN, &[grant(Access::Admin)]);
    active(&test, OFFICER, &[grant(Access::Officer)]);
    test
}

#[test]
fn the_cookie_is_host_bound_secure_and_out_of_reach_of_scripts() {
    let test = world();
    let answer = Browser::at(&test, "https://transport.example.org").sign_in(ADMIN);
    assert_eq!(answer.to(), (303, "/"));
    let cookie = answer.cookies.iter().find(|c| c.starts_with("__Host-chaperone=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
    let answer = Browser::new(&test).sign_in(ADMIN);
    let cookie = answer.cookies.iter().find(|c| c.starts_with("chaperone=")).unwrap();
    assert!(cookie.contains("HttpOnly") && !cookie.contains("Secure"), "{cookie}");
    let answer = Browser::at(&test, "http://transport.example.org").sign_in(ADMIN);
    assert!(answer.cookies.iter().any(|c| c.starts_with("__Host-chaperone=") && c.contains("Secure")));
}

#[test]
fn signing_in_never_takes_over_a_token_the_browser_had() {
    let test = world();
    let browser = Browser::new(&test);
    browser.client.cookies();
    let planted = "0".repeat(64);
    let fields = [("email", ADMIN), ("password", PASSWORD)];
    let token = browser.csrf("/sign-in");
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields.iter().chain([("csrf", token.as_str())].iter()))
        .finish();
    let request = browser.client.post("/sign-in").header(ContentType::Form).body(body);
    let request = request.header(Header::new("Sec-Fetch-Site", "same-origin"));
    request.cookie(Cookie::new("chaperone", planted.clone())).dispatch();
    let first = browser.token().unwrap();
    assert_ne!(first, planted);
    assert!(signin::resume(&test.db, &clock(), &planted).unwrap().is_none());
}

#[test]
fn signing_in_again_ends_the_sign_in_before() {
    let test = world();
    let browser = Browser::new(&test);
    let form = browser.csrf("/sign-in");
    let before = browser.client.cookies().get("chaperone-form").unwrap().clone();
    browser.send("/sign-in", &[("email", ADMIN), ("password", PASSWORD), ("csrf", &form)]);
    let first = browser.token().unwrap();
    let body = format!("email={ADMIN}&password={PASSWORD}&csrf={form}");
    let request = browser.client.post("/sign-in").header(ContentType::Form).body(body);
    request.header(Header::new("Sec-Fetch-Site", "same-origin")).cookie(before.into_owned()).dispatch();
    assert_ne!(browser.token().unwrap(), first);
    assert!(signin::resume(&test.db, &clock(), &first).unwrap().is_none());
}

#[test]
fn whoever_is_not_signed_in_is_shown_the_way_and_comes_back() {
    let test = world();
    let browser = Browser::new(&test);
    assert_eq!(browser.get("/users?status=active").to(), (303, "/sign-in?next=%2Fusers"));
    let body = browser.get("/sign-in?next=%2Fusers").body;
    assert!(body.contains(r#"name="next" value="/users""#));
    assert!(!browser.get("/sign-in?next=https://evil.example").body.contains("evil"));
    let fields = [("email", ADMIN), ("password", PASSWORD), ("next", "/users")];
    assert_eq!(browser.fill("/sign-in", "/sign-in", &fields).to(), (303, "/users"));
    assert_eq!(browser.get("/users").status.code, 200);
    assert_eq!(browser.get("/sign-in").to(), (303, "/"));
    assert_eq!(Browser::new(&test).send("/users/new", &[]).status.code, 401);
}

#[test]
fn a_wrong_pair_is_refused_in_the_same_words_whoever_it_is() {
    let test = world();
    invited(&test, "new@council.example.org", &[grant(Access::Officer)]);
    let browser = Browser::new(&test);
    let page = |email: &str| {
        let answer = browser.fill("/sign-in", "/sign-in", &[("email", email), ("password", "not this one")]);
        assert_eq!(answer.status.code, 422);
        answer.body.replace(email, "")
    };
    let known = page(ADMIN);
    assert!(known.contains("The email address or password is not right"));
    assert!(!known.contains("not this one"));
    assert_eq!(known, page("nobody@council.example.org"));
    assert_eq!(known, page("new@council.example.org"));
    for _ in 0..5 {
        page(OFFICER);
    }
    page(OFFICER);
    let answer = browser.sign_in(OFFICER);
    assert_eq!(answer.status.code, 429);
    assert!(answer.body.contains("There were too many attempts. Try again in "));
}

#[test]
fn a_form_without_its_token_or_with_anothers_is_refused() {
    let test = world();
    let (one, two) = (Browser::new(&test), Browser::new(&test));
    let pair = [("email", ADMIN), ("password", PASSWORD)];
    assert_eq!(one.send("/sign-in", &pair).status.code, 403, "no cookie, no token");
    let foreign = two.csrf("/sign-in");
    one.get("/sign-in");
    assert_eq!(one.send("/sign-in", &[pair[0], pair[1], ("csrf", &foreign)]).status.code, 403);
    assert!(one.token().is_none());
    let before = one.csrf("/sign-in");
    one.sign_in(ADMIN);
    two.sign_in(ADMIN);
    let foreign = two.csrf("/users/new");
    for token in ["", "x", &before, &foreign] {
        assert_eq!(one.send("/users/new", &[("csrf", token)]).status.code, 403, "{token:?}");
    }
    assert_eq!(one.fill("/users/new", "/users/new", &[]).status.code, 422);
}

#[test]
fn another_site_sends_nothing_whatever_the_route() {
    let test = world();
    let browser = Browser::new(&test);
    browser.sign_in(ADMIN);
    let token = browser.csrf("/users/new");
    for path in ["/users/new", "/sign-out", "/sign-in", "/no/such/page"] {
        for site in ["cross-site", "same-site", "none", ""] {
            assert_eq!(browser.send_from(site, path, &[("csrf", &token)]).status.code, 403, "{path} from {site}");
        }
    }
    let by_origin = |origin: Option<&'static str>| {
        let body = format!("csrf={token}&submission={token}");
        let mut request = browser.client.post("/users/new").header(ContentType::Form).body(body);
        if let Some(origin) = origin {
            request.add_header(Header::new("Origin", origin));
        }
        request.dispatch().status().code
    };
    assert_eq!(by_origin(None), 403);
    assert_eq!(by_origin(Some("null")), 403);
    assert_eq!(by_origin(Some("http://127.0.0.1:8001")), 403);
    assert_eq!(by_origin(Some("http://127.0.0.1:8000")), 422);
    for verb in [rocket::http::Method::Put, rocket::http::Method::Delete, rocket::http::Method::Patch] {
        assert_eq!(browser.client.req(verb, "/users").dispatch().status().code, 403, "{verb}");
    }
}

#[test]
fn signing_out_ends_the_sign_in_and_clears_the_browser() {
    let test = world();
    let browser = Browser::new(&test);
    browser.sign_in(ADMIN);
    let token = browser.token().unwrap();
    let answer = browser.fill("/users", "/sign-out", &[]);
    assert_eq!(answer.to(), (303, "/sign-in?left=true"));
    assert!(answer.cleared.unwrap().contains("\"cookies\""));
    assert!(browser.token().is_none());
    assert!(signin::resume(&test.db, &clock(), &token).unwrap().is_none());
    assert!(browser.get("/sign-in?left=true").body.contains("You have signed out"));
}

#[test]
fn only_admins_come_to_the_users() {
    let test = world();
    let firm = firm(&test, "Ashdown Cars");
    active(&test, "c@ashdown.example.org", &[firm_grant(firm)]);
    for email in [OFFICER, "c@ashdown.example.org"] {
        let browser = Browser::new(&test);
        browser.sign_in(email);
        let missing = browser.get("/users/999").body;
        for path in ["/users", "/users/new", "/users/2"] {
            let answer = browser.get(path);
            assert_eq!((answer.status.code, &answer.body), (404, &missing), "{path}");
        }
    }
}

#[test]
fn a_disabled_user_is_out_at_the_next_request() {
    let test = world();
    let (admin, officer) = (Browser::new(&test), Browser::new(&test));
    admin.sign_in(ADMIN);
    officer.sign_in(OFFICER);
    assert_eq!(officer.get("/sign-in").to(), (303, "/"));
    let id = test.db.read(|c| chaperone::store::user::by_email(c, OFFICER)).unwrap().unwrap().id;
    let page = format!("/users/{id}");
    assert_eq!(admin.fill(&page, &format!("{page}/disable"), &[]).to(), (303, page.as_str()));
    assert!(admin.get(&page).body.contains("The user is disabled and signed out everywhere"));
    assert_eq!(officer.get("/sign-in").status.code, 200);
    assert_eq!(officer.sign_in(OFFICER).status.code, 422);
}

#[test]
fn an_admin_invites_and_changes_a_user() {
    let test = world();
    let firm = firm(&test, "Ashdown Cars").to_string();
    let browser = Browser::new(&test);
    browser.sign_in(ADMIN);
    let answer = browser.fill("/users/new", "/users/new", &[("name", "Bo Ash"), ("email", "bo")]);
    assert_eq!(answer.status.code, 422);
    assert!(answer.body.contains("There is a problem") && answer.body.contains("Select at least one access"));
    assert!(answer.body.contains("value=\"Bo Ash\""));
    let fields = [("name", "Bo <b>Ash</b>"), ("email", "Bo@Ashdown.example.org"), ("contractors", firm.as_str())];
    let made = browser.fill("/users/new", "/users/new", &fields);
    assert_eq!(made.status.code, 303);
    let page = made.location.unwrap();
    let shown = browser.get(&page).body;
    assert!(shown.contains("bo@ashdown.example.org") && shown.contains("Ashdown Cars") && !shown.contains("<b>Ash"));
    assert_eq!(browser.fill(&page, &page, &[("accesses", "auditor")]).status.code, 303);
    let list = browser.get("/users?access=auditor").body;
    assert!(list.contains("bo@ashdown.example.org") && !list.contains(OFFICER) && list.contains("Auditor"));
    assert_eq!(browser.fill(&page, &page, &[("accesses", "system")]).status.code, 422);
    let own = test.db.read(|c| chaperone::store::user::by_email(c, ADMIN)).unwrap().unwrap().id;
    let own_page = format!("/users/{own}");
    let refused = browser.fill(&own_page, &own_page, &[("accesses", "officer")]);
    assert_eq!(refused.status.code, 422);
    assert!(refused.body.contains("You cannot take away your own admin access"));
    assert_eq!(browser.fill(&own_page, &format!("{own_page}/disable"), &[]).status.code, 403);
    assert_eq!(browser.get("/users/1").status.code, 404, "the system's own row");
}

#[test]
fn a_link_sets_a_password_once() {
    let test = world();
    let (id, link) = invited(&test, "new@council.example.org", &[grant(Access::Officer)]);
    let page = format!("/password/{}", link.reveal());
    let browser = Browser::new(&test);
    assert!(browser.get(&page).body.contains("new@council.example.org"));
    let weak = browser.fill(&page, &page, &[("password", "new@council.example.org")]);
    assert_eq!(weak.status.code, 422);
    assert!(weak.body.contains("too easy to guess"));
    assert_eq!(browser.fill(&page, &page, &[("password", PASSWORD)]).to(), (303, "/sign-in"));
    assert!(browser.get("/sign-in").body.contains("Your password is set"));
    assert_eq!(browser.sign_in("new@council.example.org").status.code, 303);
    assert_eq!(who(&test, id).accesses.len(), 1);
    let (used, unknown) = (browser.get(&page), browser.get("/password/ffff"));
    assert_eq!((used.status.code, &used.body), (404, &unknown.body));
    let newer = command::write_untrailed(&test.db, &clock(), |tx| signin::set_password_link(tx, id)).unwrap();
    assert_eq!(browser.get(&format!("/password/{}", newer.reveal())).status.code, 200);
}
