//! People who sign in, for tests: made by the real commands.

use chaperone::clock::Clock;
use chaperone::domain::permission::Who;
use chaperone::domain::user::{Grant, Invitation};
use chaperone::domain::{command, signin, user};
use chaperone::store::access;
use chaperone::types::{Access, ContractorId, Secret, UserId};
use diesel::prelude::*;

use super::database::{TestDb, day};

/// A password that passes the rules.
pub const PASSWORD: &str = "kettle orbit mustard";
/// The council of the tests.
pub const COUNCIL: &str = "Exampleshire County Council";

/// The suite's ordinary day.
pub fn clock() -> Clock {
    Clock::Fixed(day("2026-11-22"))
}

/// A grant of a council access.
pub fn grant(access: Access) -> Grant {
    Grant { access, contractor: None }
}

/// A contractor's grant for a firm.
pub fn firm_grant(firm: ContractorId) -> Grant {
    Grant { access: Access::Contractor, contractor: Some(firm) }
}

/// A firm of this name.
pub fn firm(test: &TestDb, name: &str) -> ContractorId {
    use chaperone::store::schema::contractors as c;
    let row = (
        c::name.eq(name),
        c::folded_name.eq(name.to_lowercase()),
        c::status.eq("active"),
        c::origin.eq("recorded"),
        c::created_at.eq(clock().now()),
    );
    test.db.read(|conn| Ok(diesel::insert_into(c::table).values(row).returning(c::id).get_result(conn)?)).unwrap()
}

/// Enrols somebody, without a letter, and answers the account and the link's token.
pub fn invited(test: &TestDb, email: &str, grants: &[Grant]) -> (UserId, Secret) {
    let invitation = Invitation { name: "Dana Whitlock".into(), email: email.into(), grants: grants.to_vec() };
    let done = command::run(&test.db, UserId::SYSTEM, &clock(), |tx| user::enrol(tx, &invitation)).unwrap();
    (done.user, done.link)
}

/// An active user with [`PASSWORD`].
pub fn active(test: &TestDb, email: &str, grants: &[Grant]) -> UserId {
    let (user, link) = invited(test, email, grants);
    signin::use_link(&test.db, &clock(), COUNCIL, link.reveal(), &Secret::new(PASSWORD)).unwrap();
    user
}

/// The user as a request of theirs would find them.
pub fn who(test: &TestDb, user: UserId) -> Who {
    let accesses = test.db.read(|conn| access::in_force(conn, user)).unwrap();
    Who { user, name: "Dana Whitlock".into(), accesses }
}

/// A token of a sign-in that begins now.
pub fn signed_in(test: &TestDb, user: UserId) -> Secret {
    signed_in_on(test, user, "2026-11-22")
}

/// A token of a sign-in that begins on a day.
pub fn signed_in_on(test: &TestDb, user: UserId, today: &str) -> Secret {
    command::write_untrailed(&test.db, &Clock::Fixed(day(today)), |tx| signin::start(tx, user)).unwrap()
}
