//! Row ids as types of their own, so that a contractor's id cannot be passed for a person's.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize)]
        #[diesel(sql_type = BigInt)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map($name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }

        impl<'a> rocket::request::FromParam<'a> for $name {
            type Error = std::num::ParseIntError;
            fn from_param(param: &'a str) -> Result<Self, Self::Error> {
                param.parse()
            }
        }
    )+};
}

ids! {
    /// A person of the register.
    PersonId,
    /// A firm.
    ContractorId,
    /// A person's work for a firm in a role.
    EngagementId,
    /// Someone who signs in, or the system itself ([`UserId::SYSTEM`]).
    UserId,
    /// One access of a user.
    AccessId,
    /// A browser's sign-in.
    SigninId,
    /// A published policy.
    PolicyId,
    /// A taxi licensing authority.
    AuthorityId,
    /// One thing that can meet a requirement.
    EvidenceId,
    /// A DBS certificate.
    CertificateId,
    /// An Update Service subscription.
    SubscriptionId,
    /// A consent to status checks.
    ConsentId,
    /// A status check.
    StatusCheckId,
    /// An officer's acceptance of the Update Service's legal declaration.
    DeclarationId,
    /// A time in which the Update Service was not believed.
    CircuitId,
    /// A taxi or private-hire licence.
    LicenceId,
    /// An approval for a role.
    ApprovalId,
    /// A suitability decision.
    DecisionId,
    /// A hold.
    HoldId,
    /// A waiver.
    WaiverId,
    /// A badge.
    BadgeId,
    /// A letter on its way out.
    OutboxId,
    /// One run of a job.
    JobRunId,
    /// Something the team has to look at.
    TaskId,
    /// One import of a file.
    ImportId,
    /// A person's request for a role with a firm.
    ApplicationId,
    /// A person's own way in.
    OwnLinkId,
    /// A DBS application that we submitted.
    DbsRequestId,
    /// A disclosure interview.
    InterviewId,
    /// A sealed note of the vault.
    NoteId,
    /// A suitability assessment.
    AssessmentId,
    /// A decision paper.
    ProposalId,
    /// An appeal against a decision about a person.
    AppealId,
    /// A person's leaving of the register.
    LeavingId,
    /// An erasure asked for or carried out.
    ErasureId,
    /// A training course.
    CourseId,
    /// A day of a course.
    SessionId,
    /// A person's place at a session, or their wait for one.
    BookingId,
    /// A safeguarding bulletin.
    BulletinId,
    /// A person's own way to a bulletin.
    ReaderId,
    /// A portrait for badges.
    PhotoId,
    /// A badge that is asked for.
    BadgeRequestId,
    /// A bulk issue of badges.
    BatchId,
    /// A key that signs badges.
    SigningKeyId,
    /// What a member of the public wrote about a badge.
    ConcernId,
}

impl UserId {
    /// The author of what jobs do: a real row, made by the first migration.
    pub const SYSTEM: UserId = UserId(1);
}
