//! Closed sets of words, each stored as the text it is called by. One pair of impls serves both databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize)]
        #[diesel(sql_type = Text)]
        pub enum $name { $($(#[$vdoc])* #[allow(missing_docs)] #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word as it is stored and as URLs and files spell it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text { $($word => Ok($name::$variant),)+ _ => Err(UnknownWord(stringify!($name), text.to_owned())) }
            }
        }

        impl<DB: Backend> ToSql<Text, DB> for $name
        where
            str: ToSql<Text, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<Text, DB> for $name
        where
            String: FromSql<Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(String::from_sql(bytes)?.parse()?)
            }
        }

        impl<'v> rocket::form::FromFormField<'v> for $name {
            fn from_value(field: rocket::form::ValueField<'v>) -> rocket::form::Result<'v, Self> {
                field.value.parse().map_err(|_| rocket::form::Error::validation("choose one of the options").into())
            }
        }
    )+};
}

/// A stored or typed word that is not in its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord(pub &'static str, pub String);

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is no {}", self.1, self.0)
    }
}

impl std::error::Error for UnknownWord {}

words! {
    /// Where a row came from: a legacy register, or someone's record in this program.
    Origin { Imported = "imported", Recorded = "recorded" }

    /// What a user may do (data.md §8).
    Access {
        Admin = "admin", Officer = "officer", DecisionMaker = "decision_maker", PanelMember = "panel_member",
        ComplianceOfficer = "compliance_officer", Auditor = "auditor", Contractor = "contractor",
    }
    /// The standing of one access.
    AccessStatus { Invited = "invited", Active = "active", Suspended = "suspended", Ended = "ended" }
    /// The standing of a user's account.
    UserStatus { System = "system", Invited = "invited", Active = "active", Disabled = "disabled" }
    /// Whether the council still works with a firm.
    ContractorStatus { Active = "active", Ended = "ended" }

    /// Which of a person's names this is.
    NameKind { Current = "current", Former = "former", Certificate = "certificate" }

    /// DBS certificate level (facts.md §1.1), weakest first.
    DbsLevel { Basic = "basic", Standard = "standard", Enhanced = "enhanced" }
    /// DBS workforce (facts.md §1.1); `none` on a basic certificate.
    Workforce { None = "", Child = "child", Adult = "adult", ChildAndAdult = "child_and_adult", Other = "other" }
    /// Barred lists a certificate was checked against.
    BarredLists { None = "", Child = "child", Adult = "adult", ChildAndAdult = "child_and_adult" }
    /// Who applied for a certificate.
    CertificateSource { Ours = "ours", AnotherBody = "another_body", Umbrella = "umbrella", NotRecorded = "not_recorded" }
    /// Update Service results (facts.md §2.2). An error is not a result.
    StatusResult {
        BlankNoNewInfo = "BLANK_NO_NEW_INFO", NonBlankNoNewInfo = "NON_BLANK_NO_NEW_INFO",
        NewInfo = "NEW_INFO", NoMatchFound = "NO_MATCH_FOUND",
    }
    /// Why the Update Service is not believed: it knows too few, answers nobody, or has news of too many.
    CircuitCause { NoMatch = "no_match", Errors = "errors", NewInfo = "new_info" }
    /// The three driver licences of a taxi authority (facts.md §4).
    LicenceType { Hackney = "hackney", PrivateHire = "private_hire", Dual = "dual", NotRecorded = "not_recorded" }
    /// A suitability decision's outcome.
    Outcome { Suitable = "suitable", Unsuitable = "unsuitable" }
    /// Why somebody is held.
    HoldCode {
        Suspension = "suspension", NewInfo = "new_info", LadoOrPolice = "lado_or_police",
        LicenceAction = "licence_action", Other = "other",
    }
    /// Stored states of a badge; *authorised* is always derived (data.md §7). What is asked for is a [`BadgeRequestState`].
    BadgeState {
        Live = "live", Suspended = "suspended", Revoked = "revoked",
        Lost = "lost", Returned = "returned", Superseded = "superseded",
    }

    /// Kinds of requirement (data.md §2). A new one is a file in `domain/requirement/` and a word here.
    Kind {
        Approval = "approval", Identity = "identity", RightToWork = "right_to_work",
        SelfDeclaration = "self_declaration", DbsCertificate = "dbs_certificate",
        UpdateService = "update_service", Suitability = "suitability", Training = "training",
        Licence = "licence", DrivingEntitlement = "driving_entitlement", Cpc = "cpc",
        Medical = "medical", Overseas = "overseas", References = "references",
        MinimumAge = "minimum_age", BulletinsRead = "bulletins_read", Document = "document",
    }
    /// Whether failing a requirement stops somebody at once.
    Strength { Hard = "hard", Soft = "soft" }
    /// A person's standing in a role (data.md §1).
    Status {
        Cleared = "cleared", ClearedWithConditions = "cleared_with_conditions", InProgress = "in_progress",
        Lapsed = "lapsed", Suspended = "suspended", Unsuitable = "unsuitable", Left = "left",
    }
    /// How one requirement stands (data.md §1).
    ItemState {
        Met = "met", Due = "due", Overdue = "overdue", Lapsed = "lapsed", Missing = "missing",
        NotRequired = "not_required", Waived = "waived",
    }

    /// A letter's way out (house.md §5).
    OutboxState { Pending = "pending", Sending = "sending", Sent = "sent", Failed = "failed", Unneeded = "unneeded" }
    /// A job run's state.
    RunState { Running = "running", Done = "done", Failed = "failed" }
    /// A task's state.
    TaskState { Open = "open", Done = "done" }
    /// An import's state.
    ImportState { Running = "running", Done = "done", Failed = "failed" }
    /// Why somebody left altogether.
    LeavingCause {
        OwnWish = "own_wish", ContractEnded = "contract_ended", Dismissed = "dismissed", Deceased = "deceased",
        Other = "other",
    }
    /// On what ground somebody is erased.
    ErasureGround { Request = "request", RetentionOver = "retention_over", Other = "other" }
    /// How far an erasure is.
    ErasureState { Asked = "asked", Done = "done", Withdrawn = "withdrawn" }
    /// What an import says of a row.
    Severity { Warning = "warning", Rejected = "rejected" }

    /// What an application asks for; a review is a case the council opens itself.
    ApplicationKind {
        New = "new", Renewal = "renewal", RoleChange = "role_change", ContractorChange = "contractor_change",
        Replacement = "replacement", Review = "review",
    }
    /// How far an application is (data.md §6).
    ApplicationState {
        Draft = "draft", Submitted = "submitted", Returned = "returned", Checking = "checking",
        InterviewDue = "interview_due", Interviewed = "interviewed", Assessed = "assessed", Proposed = "proposed",
        Deferred = "deferred", Decided = "decided", Appealed = "appealed", Closed = "closed", Withdrawn = "withdrawn",
    }
    /// What is decided about an application; a deferred one goes back to checking.
    Verdict {
        Approved = "approved", ApprovedWithConditions = "approved_with_conditions", Refused = "refused",
        Deferred = "deferred",
    }
    /// A decision paper's state.
    ProposalState { Open = "open", Agreed = "agreed", SentBack = "sent_back" }
    /// An interview's state.
    InterviewState { Arranged = "arranged", Held = "held", NotAttended = "not_attended", Cancelled = "cancelled" }
    /// What a note of the vault is.
    NoteKind {
        Declaration = "declaration", Interview = "interview", Assessment = "assessment", Reasons = "reasons",
        Appeal = "appeal",
    }
    /// The state of a vault's fuse.
    FuseState { Burning = "burning", Proposed = "proposed", Destroyed = "destroyed" }
    /// Whether a criterion is a guideline period or a factor to weigh.
    CriterionKind { Guideline = "guideline", Factor = "factor" }
    /// What was found of one criterion.
    Finding {
        NotRelevant = "not_relevant", Met = "met", NotMet = "not_met", NotKnown = "not_known", Considered = "considered",
    }
    /// An appeal's state.
    AppealState { Lodged = "lodged", HearingArranged = "hearing_arranged", Decided = "decided", Withdrawn = "withdrawn" }
    /// What became of an appeal, as its application keeps it.
    AppealOutcome {
        Upheld = "upheld", Varied = "varied", Dismissed = "dismissed", Remitted = "remitted", Withdrawn = "withdrawn",
    }
    /// Why a DBS application has stopped on its way (facts.md §1.2).
    DbsTrouble { None = "", Withdrawn = "withdrawn", Query = "query", Fingerprints = "fingerprints" }

    /// How a course is taken.
    CourseMode { Class = "class", Elearning = "elearning" }
    /// Whether a course is still given.
    CourseState { Open = "open", Ended = "ended" }
    /// A training session's state.
    SessionState { Planned = "planned", Held = "held", Cancelled = "cancelled" }
    /// A place at a session: on its way, and what came of it.
    BookingState {
        Booked = "booked", Waiting = "waiting", Cancelled = "cancelled", Passed = "passed", Failed = "failed",
        NoShow = "no_show",
    }
    /// A bulletin's state.
    BulletinState { Draft = "draft", Published = "published", Withdrawn = "withdrawn" }
    /// Why a badge is asked for.
    BadgeCause {
        New = "new", Renewal = "renewal", Lost = "lost", Damaged = "damaged", ContractorChange = "contractor_change",
    }
    /// What became of a request for a badge.
    BadgeRequestState { Open = "open", Issued = "issued", Refused = "refused", Cancelled = "cancelled" }
    /// How a badge is put on paper: one card, or a sheet of ten.
    BadgeLayout { Card = "card", Sheet = "sheet" }
    /// Whether somebody of the team has looked at a concern.
    ConcernState { New = "new", Seen = "seen" }
}
