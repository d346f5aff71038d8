//! The moves of an application: state × event → state, and whose event it is. The README's diagram is made from here.

use crate::types::ApplicationState::{
    self, Appealed, Assessed, Checking, Closed, Decided, Deferred, Draft, InterviewDue, Interviewed, Proposed,
    Returned, Submitted, Withdrawn,
};

/// What happens to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// It is sent in, or in again.
    Submit,
    /// An officer takes it up.
    Take,
    /// It goes back to whoever sent it, with what is wrong.
    Return,
    /// The certificate or the declaration shows something: an interview is due, always (source report ¶129).
    FindTrace,
    /// The interview was held.
    Interview,
    /// Something new came in after the interview: it is interviewed about too.
    Reopen,
    /// The findings are complete.
    Assess,
    /// A decision maker proposes an outcome.
    Propose,
    /// The second person sends a proposal back; without a trace.
    SendBackToChecking,
    /// The second person sends a proposal back; after an assessment.
    SendBackToAssessed,
    /// The proposal is agreed, and it is no deferral.
    Agree,
    /// A deferral is agreed.
    Defer,
    /// What was waited for has come.
    Resume,
    /// An appeal is lodged.
    Appeal,
    /// The appeal is decided, or withdrawn.
    SettleAppeal,
    /// The appeal panel sends it back to be decided anew, by others.
    Remit,
    /// Nothing more can come of it.
    Close,
    /// The applicant, or whoever sent it, takes it back.
    Withdraw,
}

/// Whose event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The firm that applies, or an officer for it.
    Submitter,
    /// The transport team.
    Officer,
    /// A decision maker.
    DecisionMaker,
    /// The appeal panel.
    Panel,
    /// Follows by itself from another fact.
    System,
}

/// One line of the table.
#[derive(Debug)]
pub struct Move {
    /// What happens.
    pub event: Event,
    /// In which states it may.
    pub from: &'static [ApplicationState],
    /// The state it leads to.
    pub to: ApplicationState,
    /// Whose event it is.
    pub by: Party,
}

/// States in which the council has it and nothing is decided.
pub const OPEN: &[ApplicationState] = &[Submitted, Checking, InterviewDue, Interviewed, Assessed, Proposed, Deferred];

/// Every move there is; what is not here is refused.
pub const MOVES: &[Move] = &[
    Move { event: Event::Submit, from: &[Draft, Returned], to: Submitted, by: Party::Submitter },
    Move { event: Event::Take, from: &[Submitted], to: Checking, by: Party::Officer },
    Move { event: Event::Return, from: &[Submitted, Checking], to: Returned, by: Party::Officer },
    Move { event: Event::FindTrace, from: &[Checking], to: InterviewDue, by: Party::System },
    Move { event: Event::Interview, from: &[InterviewDue], to: Interviewed, by: Party::Officer },
    Move { event: Event::Reopen, from: &[Interviewed, Assessed, Proposed], to: InterviewDue, by: Party::System },
    Move { event: Event::Assess, from: &[Interviewed], to: Assessed, by: Party::Officer },
    Move { event: Event::Propose, from: &[Checking, Assessed], to: Proposed, by: Party::DecisionMaker },
    Move { event: Event::SendBackToChecking, from: &[Proposed], to: Checking, by: Party::DecisionMaker },
    Move { event: Event::SendBackToAssessed, from: &[Proposed], to: Assessed, by: Party::DecisionMaker },
    Move { event: Event::Agree, from: &[Proposed], to: Decided, by: Party::DecisionMaker },
    Move { event: Event::Defer, from: &[Proposed], to: Deferred, by: Party::DecisionMaker },
    Move { event: Event::Resume, from: &[Deferred], to: Checking, by: Party::Officer },
    Move { event: Event::Appeal, from: &[Decided, Closed], to: Appealed, by: Party::Officer },
    Move { event: Event::SettleAppeal, from: &[Appealed], to: Closed, by: Party::Panel },
    Move { event: Event::Remit, from: &[Appealed], to: Checking, by: Party::Panel },
    Move { event: Event::Close, from: &[Decided], to: Closed, by: Party::System },
    Move {
        event: Event::Withdraw,
        from: &[Draft, Submitted, Returned, Checking, InterviewDue, Interviewed, Assessed, Proposed, Deferred],
        to: Withdrawn,
        by: Party::Submitter,
    },
];

/// Where `event` leads from `state`; `None` when it may not happen there.
pub fn after(state: ApplicationState, event: Event) -> Option<ApplicationState> {
    MOVES.iter().find(|one| one.event == event && one.from.contains(&state)).map(|one| one.to)
}

impl Event {
    /// The act as the trail calls it.
    pub fn act(self) -> &'static str {
        match self {
            Event::Submit => "application.submit",
            Event::Take => "application.take",
            Event::Return => "application.return",
            Event::FindTrace => "application.find_trace",
            Event::Interview => "application.interview",
            Event::Reopen => "application.reopen",
            Event::Assess => "application.assess",
            Event::Propose => "application.propose",
            Event::SendBackToChecking | Event::SendBackToAssessed => "application.send_back",
            Event::Agree => "application.agree",
            Event::Defer => "application.defer",
            Event::Resume => "application.resume",
            Event::Appeal => "application.appeal",
            Event::SettleAppeal => "application.settle_appeal",
            Event::Remit => "application.remit",
            Event::Close => "application.close",
            Event::Withdraw => "application.withdraw",
        }
    }
}

/// The table as a Mermaid diagram: the README's is this one.
pub fn diagram() -> String {
    let mut lines = vec!["stateDiagram-v2".to_owned(), format!("    [*] --> {Draft}")];
    for one in MOVES {
        let what = one.event.act().trim_start_matches("application.").replace('_', " ");
        lines.extend(one.from.iter().map(|from| format!("    {from} --> {}: {what}", one.to)));
    }
    lines.extend([Closed, Withdrawn].map(|last| format!("    {last} --> [*]")));
    lines.join("\n")
}

/// What officers call a state.
pub fn title(state: ApplicationState) -> &'static str {
    match state {
        Draft => "a draft",
        Submitted => "waiting to be checked",
        Returned => "returned",
        Checking => "being checked",
        InterviewDue => "waiting for an interview",
        Interviewed => "interviewed",
        Assessed => "assessed",
        Proposed => "waiting for the second decision maker",
        Deferred => "deferred",
        Decided => "decided",
        Appealed => "under appeal",
        Closed => "closed",
        Withdrawn => "withdrawn",
    }
}

/// What a firm reads: the council's own steps are one (data.md §8).
pub fn outward(state: ApplicationState) -> &'static str {
    match state {
        Draft => "Draft",
        Returned => "Returned to you",
        Withdrawn => "Withdrawn",
        Decided | Appealed | Closed => "Decided",
        Submitted | Checking | InterviewDue | Interviewed | Assessed | Proposed | Deferred => "With the council",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_leads_from_one_state_to_one_other() {
        for (at, one) in MOVES.iter().enumerate() {
            for other in &MOVES[at + 1..] {
                assert!(one.event != other.event, "{:?} is there twice", one.event);
            }
            assert!(!one.from.contains(&one.to), "{:?} leads nowhere", one.event);
        }
    }

    #[test]
    fn a_trace_is_decided_after_an_interview_and_an_assessment_alone() {
        assert_eq!(after(InterviewDue, Event::Propose), None);
        assert_eq!(after(InterviewDue, Event::Assess), None);
        assert_eq!(after(Interviewed, Event::Propose), None);
        assert_eq!(after(Assessed, Event::Propose), Some(Proposed));
    }
}
