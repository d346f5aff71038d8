//! Rows for tests: blank ones to change, and somebody whose papers are in order.

use chrono::{DateTime, NaiveDate};

use super::{Clearance, Dossier, Item, clearance};
use crate::domain::policy::Policy;
use crate::store::approval::Approval;
use crate::store::dbs::{Certificate, Consent, StatusCheck, Subscription};
use crate::store::decision::Decision;
use crate::store::engagement::Engagement;
use crate::store::evidence::Evidence;
use crate::store::hold::Hold;
use crate::store::licence::Licence;
use crate::store::waiver::Waiver;
use crate::types::*;

pub const TAXI: &str = "taxi_phv_driver";
pub const BUS: &str = "pcv_driver";
pub const ASSISTANT: &str = "passenger_assistant";
pub const ME: PersonId = PersonId(1);

pub fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

pub fn policies() -> Vec<Policy> {
    vec![Policy::shipped().unwrap()]
}

/// The clearance under the shipped policy.
pub fn on(role: &str, dossier: &Dossier, today: &str) -> Clearance {
    clearance(&policies(), role, dossier, day(today))
}

pub fn item<'a>(clearance: &'a Clearance, code: &str) -> &'a Item {
    clearance.items.iter().find(|item| item.code == code).unwrap()
}

pub fn engagement(role: &str, starts_on: NaiveDate) -> Engagement {
    Engagement {
        id: EngagementId(1),
        person_id: ME,
        contractor_id: ContractorId(1),
        role: role.to_owned(),
        starts_on,
        ends_on: None,
        origin: Origin::Recorded,
        recorded_on: starts_on,
    }
}

pub fn evidence(
    id: i64,
    kind: Kind,
    code: &str,
    valid_from: Option<NaiveDate>,
    expires: Option<NaiveDate>,
) -> Evidence {
    Evidence {
        id: EvidenceId(id),
        person_id: ME,
        kind,
        code: code.to_owned(),
        valid_from,
        expires_on: expires,
        reference: String::new(),
        facts: "{}".to_owned(),
        original: Some(true),
        seen_by: String::new(),
        seen_on: None,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: valid_from.unwrap_or(day("2025-01-01")),
        superseded_by: None,
        retired_on: None,
        reason: String::new(),
    }
}

pub fn certificate(id: i64, issued_on: NaiveDate) -> Certificate {
    Certificate {
        id: CertificateId(id),
        person_id: ME,
        number: format!("{id:012}"),
        level: DbsLevel::Enhanced,
        workforce: Workforce::Child,
        barred_lists: BarredLists::ChildAndAdult,
        issued_on,
        forename: "Ada".to_owned(),
        surname: "Byron".to_owned(),
        has_trace: false,
        original_seen_by: String::new(),
        original_seen_on: None,
        source: CertificateSource::Ours,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: issued_on,
        retired_on: None,
        reason: String::new(),
    }
}

pub fn consent(given_on: NaiveDate) -> Consent {
    Consent {
        id: ConsentId(1),
        person_id: ME,
        given_on,
        withdrawn_on: None,
        text_version: "1".to_owned(),
        evidence: String::new(),
        recorded_by: UserId::SYSTEM,
        recorded_on: given_on,
    }
}

pub fn subscription(certificate: i64, joined_on: NaiveDate) -> Subscription {
    Subscription {
        id: SubscriptionId(certificate),
        person_id: ME,
        certificate_id: CertificateId(certificate),
        joined_on,
        renewal_due: None,
        ended_on: None,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: joined_on,
        volunteer: false,
        lost: false,
    }
}

pub fn check(id: i64, certificate: i64, checked_on: NaiveDate, result: StatusResult) -> StatusCheck {
    StatusCheck {
        id: StatusCheckId(id),
        person_id: ME,
        certificate_id: CertificateId(certificate),
        checked_on,
        result,
        checker: String::new(),
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: checked_on,
    }
}

pub fn licence(id: i64, valid_from: NaiveDate, expires_on: NaiveDate) -> Licence {
    Licence {
        id: LicenceId(id),
        person_id: ME,
        authority_id: AuthorityId(1),
        licence_type: LicenceType::Dual,
        number: String::new(),
        valid_from: Some(valid_from),
        expires_on,
        ended_on: None,
        origin: Origin::Recorded,
        recorded_by: UserId::SYSTEM,
        recorded_on: valid_from,
        retired_on: None,
        reason: String::new(),
    }
}

pub fn approval(id: i64, role: &str, approved_on: NaiveDate) -> Approval {
    Approval {
        id: ApprovalId(id),
        person_id: ME,
        role: role.to_owned(),
        approved_on,
        policy_number: Some(1),
        conditions: String::new(),
        conditions_until: None,
        ended_on: None,
        origin: Origin::Recorded,
        approved_by: UserId(2),
        recorded_on: approved_on,
        reason: String::new(),
    }
}

pub fn decision(id: i64, certificate: Option<i64>, outcome: Outcome, decided_on: NaiveDate) -> Decision {
    Decision {
        id: DecisionId(id),
        person_id: ME,
        certificate_id: certificate.map(CertificateId),
        outcome,
        decided_on,
        origin: Origin::Recorded,
        decided_by: UserId(2),
        recorded_on: decided_on,
        reason: String::new(),
    }
}

pub fn hold(starts_on: NaiveDate, until: Option<NaiveDate>) -> Hold {
    Hold {
        id: HoldId(1),
        person_id: ME,
        code: HoldCode::Suspension,
        starts_on,
        until,
        reason: String::new(),
        placed_by: UserId(2),
        placed_at: At::new(DateTime::UNIX_EPOCH),
        lifted_on: None,
        lifted_by: None,
        lift_reason: None,
    }
}

pub fn waiver(id: i64, role: &str, requirement: &str, starts_on: NaiveDate, ends_on: NaiveDate) -> Waiver {
    Waiver {
        id: WaiverId(id),
        person_id: ME,
        role: role.to_owned(),
        requirement: requirement.to_owned(),
        starts_on,
        ends_on,
        conditions: String::new(),
        reason: "while a course is full".to_owned(),
        origin: Origin::Recorded,
        granted_by: UserId(2),
        recorded_on: starts_on,
        withdrawn_on: None,
        withdrawn_reason: None,
    }
}

/// Somebody born on 15 June 1990, at work since 2 January 2025, with every paper dated the day before.
pub fn papered(role: &str) -> Dossier {
    let (papers, start) = (day("2025-01-01"), day("2025-01-02"));
    let mut rows: Vec<_> = [
        (Kind::Identity, "identity"),
        (Kind::RightToWork, "right_to_work"),
        (Kind::SelfDeclaration, "self_declaration"),
        (Kind::Training, "safeguarding"),
        (Kind::Training, "disability_awareness"),
        (Kind::Training, "first_aid"),
        (Kind::Training, "pats"),
        (Kind::Document, "dvla_check"),
        (Kind::Cpc, "cpc"),
        (Kind::Medical, "medical"),
        (Kind::DrivingEntitlement, "driving_entitlement"),
        (Kind::Overseas, "overseas"),
        (Kind::References, "references"),
        (Kind::References, "references"),
    ]
    .into_iter()
    .zip(1..)
    .map(|((kind, code), id)| evidence(id, kind, code, Some(papers), None))
    .collect();
    for row in &mut rows {
        match row.kind {
            Kind::DrivingEntitlement => row.facts = r#"{"categories":["D"],"restrictions":[]}"#.to_owned(),
            Kind::Overseas => row.facts = r#"{"outcome":"none_needed"}"#.to_owned(),
            Kind::Document => (row.valid_from, row.expires_on) = (None, Some(day("2029-12-31"))),
            _ => {}
        }
    }
    Dossier {
        person: ME,
        date_of_birth: Some(day("1990-06-15")),
        registered_on: papers,
        engagements: vec![engagement(role, start)],
        evidence: rows,
        certificates: vec![certificate(1, papers)],
        consents: vec![consent(papers)],
        subscriptions: vec![subscription(1, papers)],
        checks: vec![check(1, 1, papers, StatusResult::BlankNoNewInfo)],
        licences: vec![licence(1, papers, day("2028-01-01"))],
        approvals: vec![approval(1, role, start)],
        ..Dossier::default()
    }
}

pub fn set(dossier: &mut Dossier, code: &str, from: Option<&str>, expires: Option<&str>) {
    let row = dossier.evidence.iter_mut().find(|row| row.code == code).unwrap();
    (row.valid_from, row.expires_on) = (from.map(day), expires.map(day));
}

pub fn row_mut<'a>(dossier: &'a mut Dossier, code: &str) -> &'a mut Evidence {
    dossier.evidence.iter_mut().find(|row| row.code == code).unwrap()
}
