//! Users: who may change whom, and that nobody is locked out.

use chaperone::domain::user::{Grant, Invitation};
use chaperone::domain::{command, signin, user};
use chaperone::error::Error;
use chaperone::store;
use chaperone::types::{Access, Secret, UserId, UserStatus};
use diesel::prelude::*;

use crate::support::account::{COUNCIL, PASSWORD, active, clock, firm, firm_grant, grant, invited, who};
use crate::support::database::TestDb;

const ADMIN: Grant = Grant { access: Access::Admin, contractor: None };

fn disable(test: &TestDb, by: UserId, id: UserId) -> Result<(), Error> {
    command::run(&test.db, by, &clock(), |tx| user::disable(tx, &who(test, by), id))
}

fn change(test: &TestDb, by: UserId, id: UserId, grants: &[Grant]) -> Result<bool, Error> {
    let by = who(test, by);
    command::run_if_needed(&test.db, by.user, &clock(), |tx| user::change_accesses(tx, &by, id, grants))
}

#[test]
fn the_first_admin_is_made_without_another() {
    let test = TestDb::new();
    let made = command::run(&test.db, UserId::SYSTEM, &clock(), |tx| {
        user::bootstrap_admin(tx, " Ada.Finch@Council.example.org ", "Ada Finch")
    })
    .unwrap();
    signin::use_link(&test.db, &clock(), COUNCIL, made.link.reveal(), &Secret::new(PASSWORD)).unwrap();
    let ada = test.db.read(|c| store::user::find(c, made.user)).unwrap();
    assert_eq!((ada.email.as_str(), ada.status), ("ada.finch@council.example.org", UserStatus::Active));
    assert_eq!(who(&test, made.user).accesses, [(Access::Admin, None)]);
}

#[test]
fn an_invited_user_can_do_nothing_until_they_set_a_password() {
    let test = TestDb::new();
    let (id, link) = invited(&test, "dana@council.example.org", &[grant(Access::Officer)]);
    assert!(who(&test, id).accesses.is_empty());
    signin::use_link(&test.db, &clock(), COUNCIL, link.reveal(), &Secret::new(PASSWORD)).unwrap();
    assert_eq!(who(&test, id).accesses, [(Access::Officer, None)]);
}

#[test]
fn a_link_travels_in_a_letter_written_with_the_invitation() {
    use chaperone::store::schema::outbox;
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    let by = who(&test, admin);
    let invitation = Invitation {
        name: "Dana Whitlock".into(),
        email: "dana@council.example.org".into(),
        grants: vec![grant(Access::Officer)],
    };
    let made = command::run(&test.db, admin, &clock(), |tx| user::invite(tx, &by, &invitation)).unwrap();
    let again = command::run(&test.db, admin, &clock(), |tx| user::resend_link(tx, &by, made.user)).unwrap();
    let columns = (outbox::letter, outbox::to_email, outbox::params);
    let letters: Vec<(String, String, String)> =
        test.db.read(|c| Ok(outbox::table.order(outbox::id).select(columns).load(c)?)).unwrap();
    assert_eq!(letters.len(), 2);
    for ((letter, to, params), link) in letters.iter().zip([made.link, again]) {
        assert_eq!((letter.as_str(), to.as_str()), ("set_password", "dana@council.example.org"));
        assert!(params.contains(link.reveal()));
    }
}

#[test]
fn only_an_admin_manages_users() {
    let test = TestDb::new();
    let officer = active(&test, "o@council.example.org", &[grant(Access::Officer), grant(Access::DecisionMaker)]);
    assert!(matches!(disable(&test, officer, UserId(99)), Err(Error::NotFound)));
    assert!(matches!(change(&test, officer, officer, &[ADMIN]), Err(Error::NotFound)));
    let done = command::run(&test.db, officer, &clock(), |tx| {
        user::invite(tx, &who(&test, officer), &Invitation::default()).map(|_| ())
    });
    assert!(matches!(done, Err(Error::NotFound)));
}

#[test]
fn every_fault_of_an_invitation_is_named_at_once() {
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    let fields = |invitation: Invitation| {
        let by = who(&test, admin);
        match command::run(&test.db, admin, &clock(), |tx| user::invite(tx, &by, &invitation).map(|_| ())) {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|f| f.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fields(Invitation::default()), ["name", "email", "accesses"]);
    let some = |email: &str, grants: &[Grant]| Invitation {
        name: "Dana".into(),
        email: email.into(),
        grants: grants.to_vec(),
    };
    assert_eq!(fields(some("A@Council.example.org", &[ADMIN])), ["email"]);
    assert_eq!(fields(some("a\r\nBcc: x@example.org", &[ADMIN])), ["email"]);
    let nowhere = Grant { access: Access::Contractor, contractor: None };
    assert_eq!(fields(some("n@example.org", &[nowhere])), ["contractors"]);
    assert_eq!(fields(some("n@example.org", &[firm_grant(chaperone::types::ContractorId(404))])), ["contractors"]);
}

#[test]
fn an_admin_cannot_lock_themselves_out() {
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    assert!(matches!(disable(&test, admin, admin), Err(Error::Forbidden(_))));
    assert!(matches!(change(&test, admin, admin, &[grant(Access::Officer)]), Err(Error::Forbidden(_))));
    assert!(change(&test, admin, admin, &[ADMIN, grant(Access::Officer)]).unwrap());
    assert_eq!(who(&test, admin).accesses.len(), 2);
}

#[test]
fn two_admins_cannot_take_each_other_away() {
    let test = TestDb::new();
    let (one, two) =
        (active(&test, "1@council.example.org", &[ADMIN]), active(&test, "2@council.example.org", &[ADMIN]));
    let (first, second) = (who(&test, one), who(&test, two));
    command::run(&test.db, one, &clock(), |tx| user::disable(tx, &first, two)).unwrap();
    let late = command::run(&test.db, two, &clock(), |tx| user::disable(tx, &second, one));
    assert!(matches!(late, Err(Error::Conflict(_))), "{late:?}");
    assert_eq!(test.db.read(store::access::active_admins).unwrap(), 1);
}

#[test]
fn the_same_accesses_again_write_nothing() {
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    let firm = firm(&test, "Ashdown Cars");
    let user = active(&test, "c@ashdown.example.org", &[firm_grant(firm)]);
    let before = test.db.read(store::trail::head).unwrap();
    assert!(!change(&test, admin, user, &[firm_grant(firm)]).unwrap());
    assert_eq!(test.db.read(store::trail::head).unwrap(), before);
}

#[test]
fn an_access_taken_away_and_given_back_counts_again() {
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    let user = active(&test, "d@council.example.org", &[grant(Access::Officer)]);
    change(&test, admin, user, &[grant(Access::Auditor)]).unwrap();
    assert_eq!(who(&test, user).accesses, [(Access::Auditor, None)]);
    change(&test, admin, user, &[grant(Access::Officer)]).unwrap();
    assert_eq!(who(&test, user).accesses, [(Access::Officer, None)]);
}

#[test]
fn a_user_of_a_firm_that_ended_sees_nothing() {
    use diesel::prelude::*;
    let test = TestDb::new();
    let firm = firm(&test, "Ashdown Cars");
    let user = active(&test, "c@ashdown.example.org", &[firm_grant(firm)]);
    assert_eq!(who(&test, user).firms(), [firm]);
    use chaperone::store::schema::contractors as c;
    test.db.read(|conn| Ok(diesel::update(c::table.find(firm)).set(c::status.eq("ended")).execute(conn)?)).unwrap();
    assert!(who(&test, user).accesses.is_empty());
}

#[test]
fn a_list_is_paged_and_filtered() {
    let test = TestDb::new();
    for name in ["carol", "alice", "bob"] {
        active(&test, &format!("{name}@council.example.org"), &[grant(Access::Officer)]);
    }
    let (off, _) = invited(&test, "dave@council.example.org", &[ADMIN]);
    let page = |filter, after| {
        let users = test.db.read(|c| store::user::page(c, filter, after, 2)).unwrap();
        users.into_iter().map(|u| (u.id, u.email.split('@').next().unwrap().to_owned())).collect::<Vec<_>>()
    };
    let names = |rows: &[(UserId, String)]| rows.iter().map(|(_, n)| n.clone()).collect::<Vec<_>>();
    let first = page(store::user::Filter::default(), None);
    assert_eq!(names(&first), ["alice", "bob"]);
    assert_eq!(names(&page(store::user::Filter::default(), Some(first[1].0))), ["carol", "dave"]);
    let admins = store::user::Filter { access: Some(Access::Admin), ..Default::default() };
    assert_eq!(page(admins, None), [(off, "dave".to_owned())]);
    let awaited = store::user::Filter { status: Some(UserStatus::Invited), ..Default::default() };
    assert_eq!(page(awaited, None), [(off, "dave".to_owned())]);
    let named = test.db.read(|c| store::access::named(c, &[off])).unwrap();
    assert_eq!(named[&off].len(), 1);
}

#[test]
fn a_disabled_user_enabled_again_is_as_before() {
    let test = TestDb::new();
    let admin = active(&test, "a@council.example.org", &[ADMIN]);
    let user = active(&test, "d@council.example.org", &[grant(Access::Officer)]);
    disable(&test, admin, user).unwrap();
    assert!(who(&test, user).accesses.is_empty());
    assert!(matches!(disable(&test, admin, user), Err(Error::Conflict(_))));
    let by = who(&test, admin);
    command::run(&test.db, admin, &clock(), |tx| user::enable(tx, &by, user)).unwrap();
    assert_eq!(who(&test, user).accesses, [(Access::Officer, None)]);
}
