//! Cases decided through the real commands: begun, interviewed, assessed, proposed and agreed.

use std::collections::BTreeMap;

use chaperone::domain::application::{Event, advance, case};
use chaperone::domain::assessment::{self, Draft, Weighed};
use chaperone::domain::clearance::{Dossier, dossiers};
use chaperone::domain::evidence::{Answers, Recorded};
use chaperone::domain::permission::Who;
use chaperone::domain::proposal::{self, NewProposal};
use chaperone::domain::vault;
use chaperone::error::{Error, Result};
use chaperone::store::application::{self, Application};
use chaperone::store::trail::Entry;
use chaperone::store::{Tx, proposal as papers};
use chaperone::types::{
    ApplicationId, ApplicationKind, ApplicationState, CertificateId, Finding, Origin, PersonId, ProposalId,
    ProposalState, Reach, Verdict,
};

use super::database::day;
use super::register::{ASSISTANT, Council};

/// An application that an officer checks; one with a trace when a certificate shows something undecided.
pub fn begin(tx: &mut Tx<'_>, council: &Council, person: PersonId, role: &str) -> Result<Application> {
    let dossier = dossiers(tx, &[person])?.pop().ok_or(Error::NotFound)?;
    let (certificate_id, has_trace) = trace(&dossier);
    let number = application::of_person(tx, person)?.len();
    let row = Application {
        id: ApplicationId(0),
        reference: format!("A-{person}-{role}-{number}"),
        kind: ApplicationKind::New,
        person_id: Some(person),
        contractor_id: Some(council.firm),
        authority_id: None,
        role: role.to_owned(),
        state: ApplicationState::Checking,
        state_since: tx.today,
        sort_name: "okafor amina".into(),
        answers: "{}".into(),
        started_by: council.officer.user,
        started_on: tx.today,
        submitted_on: Some(tx.today),
        owner: None,
        certificate_id,
        has_trace,
        interviewed_on: None,
        outcome: None,
        decided_on: None,
        appealed_on: None,
        appeal_outcome: None,
        returned_reason: String::new(),
        chased_on: None,
        origin: Origin::Recorded,
        edited_on: None,
    };
    let id = application::insert(tx, &row)?;
    tx.trail(Entry::new("application.start", "application", id.0).about(person));
    application::find(tx, id, &Reach::Everyone)
}

fn trace(dossier: &Dossier) -> (Option<CertificateId>, bool) {
    let live = || dossier.certificates.iter().filter(|one| one.retired_on.is_none());
    let decided = |id| dossier.decisions.iter().any(|made| made.certificate_id == Some(id));
    let traced = live().filter(|one| one.has_trace && !decided(one.id)).max_by_key(|one| (one.issued_on, one.id));
    let newest = live().max_by_key(|one| (one.issued_on, one.id)).map(|one| one.id);
    (traced.map(|one| one.id).or(newest), traced.is_some())
}

/// As if the interview had been held today.
pub fn interviewed(tx: &mut Tx<'_>, application: &mut Application) -> Result<()> {
    advance(tx, application, Event::FindTrace, "")?;
    application.interviewed_on = Some(tx.today);
    application::interviewed(tx, application.id, tx.today)?;
    advance(tx, application, Event::Interview, "")
}

/// Every criterion with a finding; dishonesty with a sentence that ended on this day.
pub fn draft(ended: Option<&str>) -> Draft {
    let criteria = chaperone::domain::criteria::Criteria::shipped().unwrap();
    let weighed = criteria.criteria.iter().map(|one| {
        let finding = match one.code.as_str() {
            "dishonesty" if ended.is_none() => Finding::NotKnown,
            "dishonesty" => Finding::NotMet,
            _ => Finding::NotRelevant,
        };
        let ended_on = ended.filter(|_| one.code == "dishonesty").map(day);
        let words = format!("Weighed: {CANARY}");
        (one.code.clone(), Weighed { finding: Some(finding), ended_on, words, differs: String::new() })
    });
    Draft { weighed: weighed.collect::<BTreeMap<_, _>>(), account: format!("It was long ago: {CANARY}") }
}

/// A word that is in the vault and nowhere else.
pub const CANARY: &str = "zqlawnmower";

/// A paper to be.
pub fn paper(outcome: Verdict) -> NewProposal {
    let conditional = outcome == Verdict::ApprovedWithConditions;
    NewProposal {
        outcome: Some(outcome),
        conditions: if conditional { "Only with a second adult".into() } else { String::new() },
        conditions_until: conditional.then(|| day("2027-01-31")),
        reasons: format!("Considered against the criteria: {CANARY}"),
    }
}

/// Reads all that the vault holds of a case, as whoever agrees or decides has to first.
pub fn read(tx: &mut Tx<'_>, who: &Who, id: ApplicationId) -> Result<()> {
    let application = application::find(tx, id, &Reach::Everyone)?;
    let case = case(tx, &application)?;
    vault::read(tx, who, &application, &case, None, "To decide the case").map(drop)
}

/// A case of the person taken all the way: interviewed and assessed where it has a trace, proposed by one, and agreed by
/// the other where that is needed.
pub fn decide(
    tx: &mut Tx<'_>,
    council: &Council,
    (who, second): (&Who, &Who),
    (person, role): (PersonId, &str),
    new: &NewProposal,
) -> Result<(ApplicationId, ProposalId)> {
    let mut application = begin(tx, council, person, role)?;
    if application.has_trace {
        interviewed(tx, &mut application)?;
        assessment::assess(tx, &council.officer, application.id, &draft(None))?;
    }
    let id = proposal::propose(tx, who, application.id, new)?;
    if papers::find(tx, id)?.state == ProposalState::Open {
        read(tx, second, application.id)?;
        proposal::agree(tx, second, id)?;
    }
    Ok((application.id, id))
}

/// What the forms for an approval and for suitability once did, by way of a proposal.
pub fn decided(
    tx: &mut Tx<'_>,
    council: &Council,
    hands: (&Who, &Who),
    (role, code): (&str, &str),
    answers: &Answers,
) -> Result<Recorded> {
    let role = if role.is_empty() { ASSISTANT } else { role };
    let conditions = answers.text("conditions").to_owned();
    let outcome = match (code, answers.text("outcome")) {
        ("suitability", "unsuitable") => Verdict::Refused,
        _ if conditions.is_empty() => Verdict::Approved,
        _ => Verdict::ApprovedWithConditions,
    };
    let until = answers.day("conditions_until").unwrap_or(day("2027-11-22"));
    let conditions_until = Some(until.max(tx.today)).filter(|_| !conditions.is_empty());
    let new =
        NewProposal { outcome: Some(outcome), conditions, conditions_until, reasons: answers.text("reason").into() };
    decide(tx, council, hands, (council.person, role), &new)?;
    Ok(Recorded::default())
}
