//! The complete list: every act × every access, and what depends on the subject.

use chaperone::domain::permission::{Act, Subject, Who, may};
use chaperone::error::Error;
use chaperone::types::{Access, ContractorId, Reach, UserId};

const OWN: ContractorId = ContractorId(1);
const OTHER: ContractorId = ContractorId(2);

fn who(accesses: &[Access]) -> Who {
    let accesses = accesses.iter().map(|a| (*a, (*a == Access::Contractor).then_some(OWN))).collect();
    Who { user: UserId(7), name: "Dana Whitlock".into(), accesses }
}

fn sign(who: &Who, act: Act, subject: Subject<'_>) -> char {
    match may(who, act, subject) {
        Ok(()) => 'y',
        Err(Error::Forbidden(_)) => 'f',
        Err(Error::NotFound) => '.',
        Err(other) => panic!("{other}"),
    }
}

/// Columns: admin, officer, decision maker, panel member, compliance officer, auditor, contractor (own person), nobody.
const TABLE: [(Act, &str); 42] = [
    (Act::ViewPerson, ".yy.yyy."),
    (Act::SeeTrace, ".yy....."),
    (Act::SeeReasons, ".yy....."),
    (Act::ViewHistory, ".yy....."),
    (Act::RecordEvidence, ".yy.ff.."),
    (Act::CorrectEvidence, ".yy.ff.."),
    (Act::Decide, ".fy....."),
    (Act::PlaceHold, ".fy....."),
    (Act::LiftHold, ".fy....."),
    (Act::GrantWaiver, ".fy....."),
    (Act::Import, ".yy....."),
    (Act::Export, ".yy.yyy."),
    (Act::ViewContractor, ".yy.yyy."),
    (Act::EditContractor, ".yy.ff.."),
    (Act::WorkQueues, ".yy....."),
    (Act::ViewOutbox, ".yy....."),
    (Act::ViewJobs, "y......."),
    (Act::RunJob, "y......."),
    (Act::ManageUsers, "y......."),
    (Act::DisableUser, "y......."),
    (Act::ViewTrail, ".....y.."),
    (Act::ViewPolicy, "yyyyyy.."),
    (Act::Apply, ".yy....."),
    (Act::CheckApplications, ".yy....."),
    (Act::Assess, ".yy....."),
    (Act::Propose, ".fy....."),
    (Act::Second, ".fy....."),
    (Act::DecideAppeal, "..yy...."),
    (Act::ReadVault, "..y....."),
    (Act::ReviewRetention, ".fy....."),
    (Act::ViewFunnel, ".yy..y.."),
    (Act::Merge, ".fy....."),
    (Act::SubjectAccess, ".yy....."),
    (Act::Erase, ".fy....."),
    (Act::RunTraining, ".yy....."),
    (Act::BookTraining, ".yy...y."),
    (Act::WriteBulletins, ".yy....."),
    (Act::ViewBulletins, ".yy.yyy."),
    (Act::RequestBadge, ".yy...y."),
    (Act::IssueBadges, ".yy....."),
    (Act::ViewBadgeOrders, ".yy..y.."),
    (Act::CheckOffline, ".yy.y..."),
];

#[test]
fn every_act_is_answered_for_every_access() {
    assert_eq!(TABLE.map(|(act, _)| act), Act::ALL);
    assert_eq!(Access::ALL.len(), 7);
    for (act, expected) in TABLE {
        let mut found: String =
            Access::ALL.iter().map(|access| sign(&who(&[*access]), act, Subject::Person(&[OTHER, OWN]))).collect();
        found.push(sign(&who(&[]), act, Subject::Person(&[OWN])));
        assert_eq!(found, expected, "{act:?}");
    }
}

#[test]
fn a_contractor_sees_its_own_firm_and_learns_of_no_other() {
    let contractor = who(&[Access::Contractor]);
    for act in Act::ALL {
        assert_eq!(sign(&contractor, act, Subject::Person(&[OTHER])), '.', "{act:?}");
        assert_eq!(sign(&contractor, act, Subject::Person(&[])), '.', "{act:?}");
        assert_eq!(sign(&contractor, act, Subject::Firm(OTHER)), '.', "{act:?}");
    }
    assert_eq!(sign(&contractor, Act::ViewContractor, Subject::Firm(OWN)), 'y');
    assert_eq!(contractor.reach(), Reach::Firms(vec![OWN]));
    assert!(!contractor.sees_trace() && !contractor.sees_reasons());
}

#[test]
fn reach_follows_the_widest_access() {
    for (accesses, reach, trace) in [
        (&[Access::Admin][..], Reach::Nobody, false),
        (&[], Reach::Nobody, false),
        (&[Access::Officer], Reach::Everyone, true),
        (&[Access::DecisionMaker], Reach::Everyone, true),
        (&[Access::ComplianceOfficer], Reach::Everyone, false),
        (&[Access::Auditor, Access::Admin], Reach::Everyone, false),
        (&[Access::Contractor, Access::Auditor], Reach::Everyone, false),
        (&[Access::Contractor, Access::Admin], Reach::Firms(vec![OWN]), false),
    ] {
        let who = who(accesses);
        assert_eq!((who.reach(), who.sees_trace(), who.sees_reasons()), (reach, trace, trace), "{accesses:?}");
    }
}

#[test]
fn nobody_lifts_their_own_hold_or_disables_themselves() {
    let both = who(&[Access::DecisionMaker, Access::Officer, Access::Admin]);
    assert_eq!(sign(&both, Act::LiftHold, Subject::Hold { placed_by: UserId(7) }), 'f');
    assert_eq!(sign(&both, Act::LiftHold, Subject::Hold { placed_by: UserId(8) }), 'y');
    assert_eq!(sign(&both, Act::DisableUser, Subject::User(UserId(7))), 'f');
    assert_eq!(sign(&both, Act::DisableUser, Subject::User(UserId(8))), 'y');
}
