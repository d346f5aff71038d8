//! Who may do what (data.md §8): one match of act × access × subject, with the sentence for each refusal. What a
//! person may not see is not found, never forbidden.

use crate::error::{Error, Result};
use crate::types::{Access, ContractorId, Reach, UserId};

/// What somebody may want to do. Each is one thing a handler or a command asks leave for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// See that a person is there: names, role, status, dates.
    ViewPerson,
    /// See whether a certificate had a trace.
    SeeTrace,
    /// See the reasons of decisions, holds and waivers, and a hold's code.
    SeeReasons,
    /// See what happened to a person, and who did it.
    ViewHistory,
    /// Record evidence, an engagement or a person.
    RecordEvidence,
    /// Correct what was recorded.
    CorrectEvidence,
    /// Approve, or find suitable or not.
    Decide,
    /// Place a hold.
    PlaceHold,
    /// Lift a hold.
    LiftHold,
    /// Grant or end a waiver.
    GrantWaiver,
    /// Import a register.
    Import,
    /// Take a list away as a file; the file shows no more than the list.
    Export,
    /// See a firm and its people.
    ViewContractor,
    /// Change a firm and its contacts.
    EditContractor,
    /// See and close the team's work: Today, tasks.
    WorkQueues,
    /// See letters and what became of them.
    ViewOutbox,
    /// See what runs by itself.
    ViewJobs,
    /// Run a job now.
    RunJob,
    /// Invite users and change what they may do.
    ManageUsers,
    /// Disable a user.
    DisableUser,
    /// Read the trail.
    ViewTrail,
    /// Read the policy in force.
    ViewPolicy,
    /// See applications, begin one, send it in or take it back.
    Apply,
    /// Check applications, arrange interviews and appeals.
    CheckApplications,
    /// Record findings and an interview's notes.
    Assess,
    /// Propose an outcome.
    Propose,
    /// Agree a proposal or send it back.
    Second,
    /// Decide an appeal.
    DecideAppeal,
    /// Read what the vault holds of a case.
    ReadVault,
    /// Let a vault's fuse burn or delay it.
    ReviewRetention,
    /// See the funnel from application to appeal.
    ViewFunnel,
    /// Say that two rows of the register are one person, or are two.
    Merge,
    /// Take away all that is held on a person, for them.
    SubjectAccess,
    /// Ask for an erasure, and carry out another's.
    Erase,
    /// Set up courses and sessions, take attendance, see who needs training.
    RunTraining,
    /// Book people on sessions.
    BookTraining,
    /// Write and publish bulletins.
    WriteBulletins,
    /// See who has read a bulletin.
    ViewBulletins,
    /// Ask for a badge, with its photo.
    RequestBadge,
    /// Issue, print, suspend and revoke badges.
    IssueBadges,
    /// See which badges were ordered together, and how many were issued.
    ViewBadgeOrders,
    /// Take what is needed to check badges without a connection.
    CheckOffline,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 42] = [
        Act::ViewPerson,
        Act::SeeTrace,
        Act::SeeReasons,
        Act::ViewHistory,
        Act::RecordEvidence,
        Act::CorrectEvidence,
        Act::Decide,
        Act::PlaceHold,
        Act::LiftHold,
        Act::GrantWaiver,
        Act::Import,
        Act::Export,
        Act::ViewContractor,
        Act::EditContractor,
        Act::WorkQueues,
        Act::ViewOutbox,
        Act::ViewJobs,
        Act::RunJob,
        Act::ManageUsers,
        Act::DisableUser,
        Act::ViewTrail,
        Act::ViewPolicy,
        Act::Apply,
        Act::CheckApplications,
        Act::Assess,
        Act::Propose,
        Act::Second,
        Act::DecideAppeal,
        Act::ReadVault,
        Act::ReviewRetention,
        Act::ViewFunnel,
        Act::Merge,
        Act::SubjectAccess,
        Act::Erase,
        Act::RunTraining,
        Act::BookTraining,
        Act::WriteBulletins,
        Act::ViewBulletins,
        Act::RequestBadge,
        Act::IssueBadges,
        Act::ViewBadgeOrders,
        Act::CheckOffline,
    ];
}

/// What it would be done to, as far as leave depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// Nothing in particular: a list, which [`Who::reach`] narrows, or the register as a whole.
    Register,
    /// A person who works for these firms.
    Person(&'a [ContractorId]),
    /// A firm.
    Firm(ContractorId),
    /// A hold, placed by this user.
    Hold {
        /// Who placed it.
        placed_by: UserId,
    },
    /// An erasure that waits, asked for by this user.
    Erasure {
        /// Who asked.
        asked_by: UserId,
    },
    /// A user.
    User(UserId),
    /// An application's case, as far as who took part in it decides.
    Case(&'a Case),
}

/// Who took part in a case: nobody judges what they themselves did (facts.md §5.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// The firm whose application it is.
    pub firm: Option<ContractorId>,
    /// Who sits, or sat, on an interview of it.
    pub interviewers: Vec<UserId>,
    /// Who proposed the outcome that waits or stands.
    pub proposed_by: Option<UserId>,
    /// Who agreed it.
    pub seconded_by: Option<UserId>,
    /// Who sits on its appeal.
    pub appeal_panel: Vec<UserId>,
    /// Everybody who proposed, agreed or assessed anything of it, earlier decisions included.
    pub involved: Vec<UserId>,
    /// Who made a decision that an appeal sent back to be made by others.
    pub overruled: Vec<UserId>,
}

impl Case {
    /// Whether this user has a part in it: interviewed, assessed, proposed, agreed or sits on the appeal.
    pub fn is_of(&self, user: UserId) -> bool {
        [&self.interviewers, &self.involved, &self.overruled, &self.appeal_panel]
            .iter()
            .any(|some| some.contains(&user))
    }
}

/// Somebody signed in, with the accesses in force at this request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Their account.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Active accesses of an active user; a contractor's with its firm.
    pub accesses: Vec<(Access, Option<ContractorId>)>,
}

impl Who {
    /// Whether one of the accesses is this.
    pub fn has(&self, access: Access) -> bool {
        self.accesses.iter().any(|(held, _)| *held == access)
    }

    /// Whether any access is the council's own and sees people.
    pub fn is_staff(&self) -> bool {
        self.reach() == Reach::Everyone
    }

    /// The firms they act for.
    pub fn firms(&self) -> Vec<ContractorId> {
        self.accesses.iter().filter(|(held, _)| *held == Access::Contractor).filter_map(|(_, firm)| *firm).collect()
    }

    /// Whose people they see.
    pub fn reach(&self) -> Reach {
        if Act::ViewPerson.is_open_to(self) {
            return Reach::Everyone;
        }
        let firms = self.firms();
        if firms.is_empty() { Reach::Nobody } else { Reach::Firms(firms) }
    }

    /// Whether the trace flag may be shown to them.
    pub fn sees_trace(&self) -> bool {
        Act::SeeTrace.is_open_to(self)
    }

    /// Whether reasons and hold codes may be shown to them.
    pub fn sees_reasons(&self) -> bool {
        Act::SeeReasons.is_open_to(self)
    }
}

impl Act {
    /// Whether the whole register is open to them for this act.
    fn is_open_to(self, who: &Who) -> bool {
        may(who, self, Subject::Register).is_ok()
            && who.accesses.iter().any(|(held, _)| {
                *held != Access::Contractor && answer(who.user, *held, None, self, Subject::Register) == Answer::Yes
            })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No(&'static str),
    Hidden,
}

/// Whether `who` may do `act` to `subject`. Any access that allows it is enough.
///
/// # Errors
/// `NotFound` for what they may not know of; `Forbidden` with its sentence for what they see and may not do.
pub fn may(who: &Who, act: Act, subject: Subject<'_>) -> Result<()> {
    let mut refusal = Error::NotFound;
    for (access, firm) in &who.accesses {
        match answer(who.user, *access, *firm, act, subject) {
            Answer::Yes => return Ok(()),
            Answer::No(why) => refusal = Error::Forbidden(why),
            Answer::Hidden => {}
        }
    }
    Err(refusal)
}

fn answer(me: UserId, access: Access, firm: Option<ContractorId>, act: Act, subject: Subject<'_>) -> Answer {
    use Access::{Admin, Auditor, ComplianceOfficer, Contractor, DecisionMaker, Officer, PanelMember};
    match (act, access) {
        (Act::ViewPerson | Act::Export, Officer | DecisionMaker | ComplianceOfficer | Auditor) => Answer::Yes,
        (Act::ViewContractor, Officer | DecisionMaker | ComplianceOfficer | Auditor) => Answer::Yes,
        (Act::ViewPerson | Act::Export | Act::ViewContractor, Contractor) => match (subject, firm) {
            (Subject::Register, Some(_)) => Answer::Yes,
            (Subject::Person(firms), Some(own)) if firms.contains(&own) => Answer::Yes,
            (Subject::Firm(other), Some(own)) if other == own => Answer::Yes,
            _ => Answer::Hidden,
        },

        (Act::SeeTrace | Act::SeeReasons | Act::ViewHistory, Officer | DecisionMaker) => Answer::Yes,
        (Act::WorkQueues | Act::ViewOutbox | Act::Import, Officer | DecisionMaker) => Answer::Yes,
        (Act::RecordEvidence | Act::CorrectEvidence | Act::EditContractor, Officer | DecisionMaker) => Answer::Yes,
        (Act::RecordEvidence | Act::CorrectEvidence, ComplianceOfficer | Auditor) => {
            Answer::No("Only the transport team can record or correct evidence.")
        }
        (Act::EditContractor, ComplianceOfficer | Auditor) => {
            Answer::No("Only the transport team can change a contractor.")
        }

        (Act::LiftHold, DecisionMaker) => match subject {
            Subject::Hold { placed_by } if placed_by == me => {
                Answer::No("You placed this hold, so another decision maker has to lift it.")
            }
            _ => Answer::Yes,
        },
        (Act::Decide | Act::PlaceHold | Act::GrantWaiver, DecisionMaker) => Answer::Yes,
        (Act::Decide, Officer) => Answer::No("Only a decision maker can decide this."),
        (Act::PlaceHold, Officer) => Answer::No("Only a decision maker can place a hold."),
        (Act::LiftHold, Officer) => Answer::No("Only a decision maker can lift a hold."),
        (Act::GrantWaiver, Officer) => Answer::No("Only a decision maker can grant a waiver."),

        (Act::Apply, Officer | DecisionMaker) => Answer::Yes,
        (Act::Apply, Contractor) => match (subject, firm) {
            (Subject::Register, Some(_)) => Answer::Yes,
            (Subject::Firm(other), Some(own)) if other == own => Answer::Yes,
            (Subject::Case(case), Some(own)) if case.firm == Some(own) => Answer::Yes,
            _ => Answer::Hidden,
        },
        (Act::CheckApplications | Act::Assess, Officer | DecisionMaker) => Answer::Yes,
        (Act::Propose | Act::Second, Officer) => Answer::No("Only a decision maker can decide this."),
        (Act::Propose, DecisionMaker) => match subject {
            Subject::Case(case) if case.interviewers.contains(&me) => {
                Answer::No("You interviewed this person, so another decision maker has to decide.")
            }
            Subject::Case(case) if case.appeal_panel.contains(&me) => {
                Answer::No("You sat on the appeal, so another decision maker has to decide.")
            }
            Subject::Case(case) if case.overruled.contains(&me) => {
                Answer::No("The appeal sent your decision back, so others have to decide.")
            }
            _ => Answer::Yes,
        },
        (Act::Second, DecisionMaker) => match subject {
            Subject::Case(case) if case.proposed_by == Some(me) => {
                Answer::No("You proposed this decision, so another decision maker has to agree it.")
            }
            Subject::Case(case) if case.interviewers.contains(&me) => {
                Answer::No("You interviewed this person, so another decision maker has to decide.")
            }
            Subject::Case(case) if case.appeal_panel.contains(&me) => {
                Answer::No("You sat on the appeal, so another decision maker has to decide.")
            }
            Subject::Case(case) if case.overruled.contains(&me) => {
                Answer::No("The appeal sent your decision back, so others have to decide.")
            }
            _ => Answer::Yes,
        },
        (Act::DecideAppeal, PanelMember | DecisionMaker) => match subject {
            Subject::Case(case) if case.involved.contains(&me) || case.interviewers.contains(&me) => {
                Answer::No("You took part in the decision, so you cannot sit on its appeal.")
            }
            Subject::Case(case) if case.appeal_panel.contains(&me) => Answer::Yes,
            Subject::Case(_) => Answer::Hidden,
            _ => Answer::Yes,
        },
        (Act::ReadVault, DecisionMaker) => Answer::Yes,
        (Act::ReadVault, Officer | PanelMember) => match subject {
            Subject::Case(case) if case.interviewers.contains(&me) || case.appeal_panel.contains(&me) => Answer::Yes,
            Subject::Case(_) if access == Officer => Answer::No("Only those who sit on this case can read its notes."),
            _ => Answer::Hidden,
        },
        (Act::ReviewRetention, DecisionMaker) => Answer::Yes,
        (Act::ReviewRetention, Officer) => Answer::No("Only a decision maker can review this."),
        (Act::ViewFunnel, Officer | DecisionMaker | Auditor) => Answer::Yes,
        (Act::Merge, DecisionMaker) | (Act::SubjectAccess, Officer | DecisionMaker) => Answer::Yes,
        (Act::Merge, Officer) => Answer::No("Only a decision maker can say whether two rows are one person."),
        (Act::Erase, DecisionMaker) => match subject {
            Subject::Erasure { asked_by } if asked_by == me => {
                Answer::No("You asked for this erasure, so another decision maker has to carry it out.")
            }
            _ => Answer::Yes,
        },
        (Act::Erase, Officer) => Answer::No("Only a decision maker can erase somebody."),

        (Act::RunTraining | Act::WriteBulletins | Act::IssueBadges, Officer | DecisionMaker) => Answer::Yes,
        (Act::BookTraining | Act::ViewBulletins | Act::RequestBadge, Officer | DecisionMaker) => Answer::Yes,
        (Act::ViewBulletins, ComplianceOfficer | Auditor) => Answer::Yes,
        (Act::BookTraining | Act::ViewBulletins | Act::RequestBadge, Contractor) => match (subject, firm) {
            (Subject::Register, Some(_)) => Answer::Yes,
            (Subject::Person(firms), Some(own)) if firms.contains(&own) => Answer::Yes,
            (Subject::Firm(other), Some(own)) if other == own => Answer::Yes,
            _ => Answer::Hidden,
        },
        (Act::ViewBadgeOrders, Officer | DecisionMaker | Auditor) => Answer::Yes,
        (Act::CheckOffline, Officer | DecisionMaker | ComplianceOfficer) => Answer::Yes,

        (Act::ViewTrail, Auditor) => Answer::Yes,
        (Act::ViewPolicy, Admin | Officer | DecisionMaker | PanelMember | ComplianceOfficer | Auditor) => Answer::Yes,

        (Act::ViewJobs | Act::RunJob | Act::ManageUsers, Admin) => Answer::Yes,
        (Act::DisableUser, Admin) => match subject {
            Subject::User(user) if user == me => Answer::No("You cannot disable your own account."),
            _ => Answer::Yes,
        },

        _ => Answer::Hidden,
    }
}
